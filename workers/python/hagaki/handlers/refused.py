"""
What a caller is refused for: faults by their stable codes, and failures that a handler declares.

`src/fault.ts` has the codes, statuses and details, `src/call/failure.ts` the kinds. Both reach a caller over HTTP
as problems (RFC 9457), and by name as `failed`.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any, Final, Mapping, Optional

from hagaki.handlers.schema import JsonSchema, Schema, SchemaFaulty

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

# The words of `src/value/status.ts`, where Python's differ between its versions.
_TITLES: Final[Mapping[int, str]] = {413: "Content Too Large", 422: "Unprocessable Content"}


class SetupFaulty(Exception):
    """A handler or a service that cannot be: which one, why, and what to write instead."""

    def __init__(self, what: str, reason: str, fix: str) -> None:
        super().__init__(f"{what}: {reason}. {fix}")
        self.what = what
        self.reason = reason
        self.fix = fix


class Refusal(Exception):
    """A fault of the call, with a code of ours. `fields` are those that its status asks for."""

    def __init__(
        self,
        code: str,
        status: int,
        detail: Mapping[str, Any],
        message: str,
        fields: Mapping[str, str] = {},
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.detail = detail
        self.fields = fields

    def problem(self) -> dict[str, Any]:
        problem = {
            "status": self.status,
            "title": title_of(self.status),
            "code": self.code,
            "detail": str(self),
        }
        if self.status < 500 and self.detail:
            problem["data"] = self.detail
        return problem


class Failure(Exception):
    """A failure that a handler raised, or that a client received. Its identity is its code."""

    def __init__(self, code: str, kind: str, data: Any) -> None:
        super().__init__(f"{code} ({kind})")
        self.code = code
        self.kind = kind
        self.data = data

    def problem(self) -> dict[str, Any]:
        status = KINDS[self.kind]
        problem = {"status": status, "title": title_of(status), "code": self.code}
        return problem if self.data is None else {**problem, "data": self.data}


class FailureType:
    """Makes failures of one code: `raise Gone({"id": 7})`, and knows them again."""

    def __init__(self, code: str, kind: str, schema: Optional[Schema]) -> None:
        self.code = code
        self.kind = kind
        self.schema = schema

    def __call__(self, data: Any = None) -> Failure:
        """TypeError for data that do not fit."""
        issues = [] if self.schema is None else self.schema.issues(data)
        if issues:
            raise TypeError(f"Failure {self.code}: {issues[0]['pointer']} {issues[0]['message']}")
        if self.schema is None and data is not None:
            raise TypeError(f"Failure {self.code}: it has no data")
        return Failure(self.code, self.kind, data)

    def matches(self, error: BaseException) -> bool:
        return getattr(error, "code", None) == self.code


def failure(code: str, kind: str, schema: Optional[JsonSchema] = None) -> FailureType:
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
    return FailureType(code, kind, None if schema is None else schema_of(what, schema))


def schema_of(what: str, schema: JsonSchema) -> Schema:
    try:
        return Schema(schema)
    except SchemaFaulty as fault:
        raise SetupFaulty(what, str(fault), "Write it in the keywords that docs/python-handlers.md has") from fault


def title_of(status: int) -> str:
    return _TITLES.get(status) or HTTPStatus(status).phrase


def input_invalid(issues: list[dict[str, str]]) -> Refusal:
    told = "; ".join(f"{one['pointer'] or '(whole)'} {one['message']}" for one in issues[:5])
    return Refusal("input_invalid", 422, {"issues": issues}, f"Input does not fit: {told}")


def misplaced(member: str, given: str, place: str) -> Refusal:
    told = f"it belongs in the {place}" if place else "the handler has no such member"
    detail = {"member": member, "given": given, "place": place}
    return Refusal("input_misplaced", 400, detail, f'Cannot take "{member}" from the {given}: {told}')


def malformed(reason: str) -> Refusal:
    return Refusal("body_malformed", 400, {"reason": reason}, f"Cannot decode body: {reason}")


def too_complex(what: str, limit: int) -> Refusal:
    detail = {"what": what, "limit": limit}
    return Refusal("body_too_complex", 413, detail, f"Cannot accept body: the limit of its {what} is {limit}")


def too_large(count: Optional[int], limit: int) -> Refusal:
    told = "more" if count is None else count
    detail = {"bytes": count, "limit": limit}
    return Refusal("body_too_large", 413, detail, f"Cannot accept body of {told} bytes: limit is {limit}")


def app_failed() -> Refusal:
    return Refusal("app_failed", 500, {}, "The app failed")
