"""
A process that the app has forked, when it comes back into our code: it is nobody's worker.

Its copy of the link is empty (`stdio`), and its other threads are not there. So it ends where it would send a frame,
as a program ends whose main function returned, or raised.
"""

from __future__ import annotations

import os
import sys
from typing import Optional

from hagaki.log import say_failure

_here = False


def is_here() -> bool:
    return _here


def _mark() -> None:
    global _here
    _here = True


os.register_at_fork(after_in_child=_mark)


def finish(error: Optional[BaseException] = None) -> None:
    """Ends this process as Python itself would, but for what the worker's own exit does."""
    status = 0
    if isinstance(error, SystemExit):
        status = error.code if isinstance(error.code, int) else 0 if error.code is None else 1
    elif error is not None:
        say_failure("a fork of the app failed", error)
        status = 1
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            pass
    os._exit(status)
