"""
The worker's own lines on standard error, each written at once so that threads do not mix theirs.
"""

from __future__ import annotations

import ast
import os
import sys
import traceback
from types import TracebackType
from typing import Final, Optional

_OURS: Final = os.path.dirname(__file__) + os.sep


def say(line: str) -> None:
    _write(f"hagaki: {line}\n")


def say_failure(line: str, error: BaseException) -> None:
    """A line and the traceback of what went wrong, from the app's first line on where it has one."""
    trace = traceback.format_exception(type(error), error, _of_app(error) or error.__traceback__)
    _write(f"hagaki: {line}\n{''.join(trace)}")


def say_unloadable(line: str, error: BaseException) -> None:
    """As `say_failure`; a line alone where no line of the app's is at fault."""
    # The place of a syntax error is in the error, and not where it was raised.
    in_file = isinstance(error, SyntaxError) and os.path.exists(error.filename or "")
    if in_file or _of_app(error) is not None:
        say_failure(line, error)
    else:
        say(line)


def _of_app(error: BaseException) -> Optional[TracebackType]:
    """The traceback without what leads to the app: ours, and what we ask to find it."""
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if not (file.startswith(_OURS) or file == ast.__file__ or "importlib" in file):
            break
        trace = trace.tb_next
    return trace


def _write(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        pass  # closed by the gateway or by the app: nobody is left to tell
