"""
Every refusal of the worker, by who is at fault.

A fault that travels does so as a code and a detail of `src/fault.ts`; the classes here stay in
this process.
"""

from __future__ import annotations


class FrameFault(Exception):
    """The caller broke the protocol: the link closes and all its calls are lost."""


class CallOver(OSError):
    """
    Nobody waits for this call any more: it was cancelled, answered, or its link was lost.

    An OSError, because that is what apps expect of a client that went away (PEP 3333 leaves it
    open; every server raises one from `wsgi.input`).
    """


class AnswerFaulty(Exception):
    """The app's answer cannot be sent as it is: `call_faulty`, with this message as the reason."""


class LoadFailure(Exception):
    """
    The app cannot be loaded: `setup_faulty`.

    `reason` is one line without a full stop, `fix` a sentence; the gateway prints them after each
    other.
    """

    def __init__(self, reason: str, fix: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fix = fix
