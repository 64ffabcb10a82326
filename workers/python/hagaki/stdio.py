"""
Takes the link away from standard input and output, before any code of the app's runs.

The app may print, read its standard input, and start programs that do: none of that may reach the
link. Afterwards descriptor 0 is empty, and 1 is what 2 is: the app's log.
"""

from __future__ import annotations

import os
import sys
from functools import partial


def take_link() -> tuple[int, int]:
    """The link's two descriptors, to read and to write. Programs the app starts do not inherit them."""
    reading, writing = os.dup(0), os.dup(1)
    os.set_blocking(reading, True)
    os.set_blocking(writing, True)
    os.dup2(2, 1)
    _empty(0)
    # Python saw a pipe and would keep what is printed until the buffer is full.
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    # A fork of the app's (multiprocessing makes them) has no reader thread: it must neither write
    # on our link nor keep it open.
    os.register_at_fork(after_in_child=partial(_empty, reading))
    os.register_at_fork(after_in_child=partial(_empty, writing))
    return reading, writing


def _empty(descriptor: int) -> None:
    """Makes a descriptor /dev/null. If it were closed, its number would soon be another file's."""
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, descriptor, inheritable=descriptor < 3)
    os.close(null)
