"""
A worker ends with its gateway, whatever its app is busy with.

The end of the link tells it the same, but nobody reads the link while the app loads, which may take for
ever. The kernel closes the gateway's end however the gateway ends.
"""

from __future__ import annotations

import os
import select
import threading
import time
from typing import Final

GRACE_SECONDS: Final = 3.0  # as many as the gateway leaves for an orderly stop


def end_with(descriptor: int) -> None:
    """Ends this process by force, a while after the other end of `descriptor` is closed."""
    if hasattr(select, "poll"):  # Windows has none
        threading.Thread(target=_wait, args=(descriptor,), name="hagaki-lifeline", daemon=True).start()


def _wait(descriptor: int) -> None:
    line = select.poll()
    line.register(descriptor, 0)  # for its end alone, and not for what can be read
    try:
        line.poll()
    except OSError:
        return  # it cannot be watched here
    time.sleep(GRACE_SECONDS)
    os._exit(1)
