"""
The one central place that every call to a handler goes through: guards, check, call, check.

    in     a plan, data, the head that guards decide from
    out    data that fit `returns`
    raises Refusal, Failure: for the caller; what is neither never leaves here

`src/handler/dispatch.ts`.
"""

from __future__ import annotations

import time
from typing import Any, Callable, Final, Mapping, NamedTuple, Optional

from hagaki.fault import CallOver
from hagaki.handlers import jsonbody
from hagaki.handlers.refused import Failure, Refusal, app_failed, input_invalid
from hagaki.handlers.service import Plan, guards_of
from hagaki.log import say, say_failure

ABSENT: Final = object()
"""Data that are not there, which is not None: that is JSON's null."""


class GuardHead(NamedTuple):
    """What a guard decides from. By name there are no fields, and the path is the handler's template."""

    method: str
    path: str
    query: Optional[str]
    headers: Mapping[str, str]
    client: Optional[str]
    carried: Mapping[str, Any]


class Context:
    """What a handler is given beside its data: what its guards decided, as members, and the call's own."""

    def __init__(
        self, carried: Mapping[str, Any], timeout_ms: Optional[int], is_over: Callable[[], bool]
    ) -> None:
        self.carried = carried
        """The context keys that a gateway carried here."""
        self._until = None if timeout_ms is None else time.monotonic() + timeout_ms / 1_000
        self._is_over = is_over

    @property
    def is_over(self) -> bool:
        """True once nobody waits for the answer any more: a handler that takes long looks at it."""
        return self._is_over()

    @property
    def seconds_left(self) -> Optional[float]:
        """How long the caller still waits; None for as long as it takes."""
        return None if self._until is None else max(0.0, self._until - time.monotonic())


def decide(plan: Plan, head: GuardHead, context: Context) -> None:
    """Lets the guards of a handler decide, each once. Failure, Refusal."""
    try:
        decisions = {one: one.decide(head) for one in guards_of(plan.handler)}
    except BaseException as error:
        raise _refusal(plan, error) from error
    for member, one in plan.handler.guards.items():
        setattr(context, member, decisions[one])


def run(plan: Plan, data: Any, context: Context) -> Optional[bytes]:
    """Checks data, calls the handler, and gives what it returned as JSON; None where it returns nothing."""
    handler = plan.handler
    checked = _checked(plan, data)
    try:
        returned = handler.run(checked, context) if handler.takes_context else handler.run(checked)
    except BaseException as error:
        raise _refusal(plan, error) from error
    if handler.returns is None:
        return None
    return _fitting(plan, returned)


def _checked(plan: Plan, data: Any) -> Any:
    accepts = plan.handler.accepts
    if accepts is None:
        return None
    if data is ABSENT:
        if plan.handler.body == "whole":
            raise input_invalid([{"pointer": "", "message": "is missing"}])
        data = {}
    issues = accepts.issues(data)
    if issues:
        raise input_invalid(issues)
    return data


def _fitting(plan: Plan, returned: Any) -> bytes:
    returns = plan.handler.returns
    assert returns is not None
    issues = returns.issues(returned)
    told = "; ".join(f"{one['pointer'] or '(whole)'} {one['message']}" for one in issues)
    try:
        if not told:
            return jsonbody.encode(returned)
    except (TypeError, ValueError, RecursionError) as error:
        told = str(error)
    say(f'handler "{plan.name}" returned data that do not fit its contract: {told}')
    detail = {"handler": plan.name}
    message = f'Handler "{plan.name}" returned data that does not fit its contract'
    raise Refusal("output_invalid", 500, detail, message)


def _refusal(plan: Plan, error: BaseException) -> BaseException:
    """What was raised, as the caller may see it: nothing of an error that nobody declared."""
    if isinstance(error, (Refusal, CallOver)):
        return error
    if isinstance(error, Failure):
        declared = plan.failures.get(error.code)
        if declared is not None and declared.kind == error.kind:
            return error
        say(f'handler "{plan.name}" raised {error.code}, which it does not declare: add it to its errors')
    say_failure(f'handler "{plan.name}" failed', error)
    return app_failed()
