"""
Signals of a worker, and of what the app forks from it.

Python runs handlers in the main thread, which waits in `Worker.run`.
"""

from __future__ import annotations

import os
import signal
from typing import Callable


def ignore_interrupt() -> None:
    """
    Ctrl-C goes to the whole process group. The gateway, which got it too, ends us by closing the
    link once the calls are answered.

    A function and not SIG_IGN, which every program that the app starts would inherit.
    """
    signal.signal(signal.SIGINT, lambda *_: None)
    # A fork has no gateway to end it, and multiprocessing ends its processes by SIGTERM.
    os.register_at_fork(after_in_child=_restore)


def on_terminate(stop: Callable[[], None]) -> None:
    """`stop` may interrupt anything the main thread does, itself as well."""
    signal.signal(signal.SIGTERM, lambda *_: stop())


def _restore() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
