"""
What a caller is refused for: faults by their stable codes, and failures that a handler declares.

`src/fault.ts` has the codes, statuses and details, `src/call/failure.ts` the kinds. Both leave the worker as
`failed`.
"""

from __future__ import annotations

import re
from typing import Any, Final, Mapping, Optional

KINDS: Final[Mapping[str, int]] = {
    "invalid": 422,
    "unauthenticated": 401,
    "denied": 403,
    "missing": 404,
    "conflict": 409,
    "gone": 410,
    "outdated": 412,
    "limited": 429,
    "unavailable": 503,
}
_CODE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


class SetupFaulty(Exception):
    """A handler or a service that cannot be: which one, why, and what to write instead."""

    def __init__(self, what: str, reason: str, fix: str) -> None:
        super().__init__(f"{what}: {reason}. {fix}")
        self.what = what
        self.reason = reason
        self.fix = fix


class Refusal(Exception):
    """A fault of the call, with a code of ours."""

    def __init__(self, code: str, status: int, detail: Mapping[str, Any], message: str) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.detail = detail


class Failure(Exception):
    """A failure that a handler raised, or that a client received. Its identity is its code."""

    def __init__(self, code: str, kind: str, data: Any) -> None:
        super().__init__(f"{code} ({kind})")
        self.code = code
        self.kind = kind
        self.data = data


class FailureType:
    """Makes failures of one code: `raise Gone({"id": 7})`, and knows them again."""

    def __init__(self, code: str, kind: str, schema: Optional[Mapping[str, Any]]) -> None:
        self.code = code
        self.kind = kind
        self.schema = schema

    def __call__(self, data: Any = None) -> Failure:
        """Its data are checked where they go."""
        if self.schema is None and data is not None:
            raise TypeError(f"Failure {self.code}: it has no data")
        return Failure(self.code, self.kind, data)

    def matches(self, error: BaseException) -> bool:
        return getattr(error, "code", None) == self.code


def failure(code: str, kind: str, schema: Optional[Mapping[str, Any]] = None) -> FailureType:
    """
    Declares an error that callers may be told of.

        code    lower case with underscores, public, never changed
        kind    invalid, unauthenticated, denied, missing, conflict, gone, outdated, limited, unavailable
        schema  of its data
        raises  SetupFaulty
    """
    what = f"failure({code!r})"
    if _CODE.fullmatch(code) is None:
        raise SetupFaulty(what, "the code is faulty", "Write it like note_gone")
    if kind not in KINDS:
        raise SetupFaulty(what, f"there is no kind {kind!r}", f"Say {', '.join(KINDS)}")
    return FailureType(code, kind, schema)


def malformed(reason: str) -> Refusal:
    return Refusal("body_malformed", 400, {"reason": reason}, f"Cannot decode body: {reason}")


def too_complex(what: str, limit: int) -> Refusal:
    detail = {"what": what, "limit": limit}
    return Refusal("body_too_complex", 413, detail, f"Cannot accept body: the limit of its {what} is {limit}")


def app_failed() -> Refusal:
    return Refusal("app_failed", 500, {}, "The app failed")
