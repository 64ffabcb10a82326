"""
The worker's own lines on standard error, each written at once so that threads do not mix theirs.
"""

from __future__ import annotations

import sys
import traceback


def say(line: str) -> None:
    _write(f"hagaki: {line}\n")


def say_failure(line: str, error: BaseException) -> None:
    """A line and the traceback of what went wrong."""
    trace = traceback.format_exception(type(error), error, error.__traceback__)
    _write(f"hagaki: {line}\n{''.join(trace)}")


def _write(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        pass  # closed by the gateway or by the app: nobody is left to tell
