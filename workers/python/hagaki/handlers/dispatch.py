"""
Where guards and functions run: what they are given, and what becomes of what they raise. Data were checked before
they came here, and what is returned is checked where it goes.

    in     a plan, the call's line
    out    what the function returned
    raises Refusal, Failure: for the caller; what is neither never leaves here
"""

from __future__ import annotations

import time
from asyncio import CancelledError
from inspect import isawaitable
from types import SimpleNamespace
from typing import Any, Callable, Mapping, NamedTuple, Optional, Union

from hagaki import forked
from hagaki.fault import CallOver
from hagaki.handlers.flow import Arrival, AsyncArrival
from hagaki.handlers.handler import Guard, Handler
from hagaki.handlers.opened import Opened
from hagaki.handlers.part import with_files
from hagaki.handlers.refused import Failure, FailureType, Refusal, app_failed
from hagaki.handlers.service import Plan
from hagaki.handlers.shapes import Items, Parts, Raw
from hagaki.log import say, say_failure


class GuardHead(NamedTuple):
    """What a guard decides from. By name there are no fields, and the path is the handler's template."""

    method: str
    path: str
    query: Optional[str]
    headers: Mapping[str, str]
    client: Optional[str]
    protocol: str
    carried: Mapping[str, Any]


class Context:
    """What a handler is given beside its data: what its guards decided, as members, and the call's own."""

    def __init__(
        self, carried: Mapping[str, Any], timeout_ms: Optional[int], is_over: Callable[[], bool]
    ) -> None:
        self.carried = carried
        """The context keys that a gateway carried here."""
        self.resume: Optional[str] = None
        """The last item that a caller who comes back has seen, by its id. It comes from outside."""
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


def decide(one: Guard, line: Mapping[str, Any], carried: Mapping[str, Any], opened: Opened) -> Any:
    """What a guard decides. Failure, Refusal."""
    try:
        return decided(one, _guard_head(line["head"], carried), opened, line["used"])
    except BaseException as error:
        raise _refused(one, error) from error


async def decide_async(one: Guard, line: Mapping[str, Any], carried: Mapping[str, Any], opened: Opened) -> Any:
    """The same for one that is async."""
    try:
        return await decided(one, _guard_head(line["head"], carried), opened, line["used"])
    except CancelledError:
        raise
    except BaseException as error:
        raise _refused(one, error) from error


def decided(one: Guard, head: GuardHead, opened: Opened, before: Mapping[str, Any]) -> Any:
    """`before` is what the guards that it uses have decided."""
    if not one.uses and not one.guards:
        return one.decide(head)
    return one.decide(head, SimpleNamespace(**vars(opened.used(one.uses)), **before))


def _guard_head(head: Mapping[str, Any], carried: Mapping[str, Any]) -> GuardHead:
    members: dict[str, Any] = {name: head.get(name) for name in GuardHead._fields if name != "carried"}
    return GuardHead(**members, carried=carried)


def _refused(one: Guard, error: BaseException) -> BaseException:
    return refusal(f'guard "{one.name}"', {each.code: each for each in one.errors}, error)


def run(plan: Plan, arrival: Arrival, context: Context, opened: Opened) -> Any:
    """What a function returns. Failure, Refusal."""
    handler, line = plan.handler, arrival.line
    context.resume = line["resume"]
    provide(context, handler, line["guards"], opened)
    try:
        whole = arrival.whole() if _is_whole(handler, line) else None
        return returned(handler, _data(handler, whole, arrival), context)
    except BaseException as error:
        raise refusal(f'handler "{plan.name}"', plan.failures, error) from error


async def run_async(plan: Plan, arrival: AsyncArrival, context: Context, opened: Opened) -> Any:
    """The same for one that is async: what it returned, or an iterable that is async."""
    handler, line = plan.handler, arrival.line
    context.resume = line["resume"]
    provide(context, handler, line["guards"], opened)
    try:
        whole = await arrival.whole() if _is_whole(handler, line) else None
        given = returned(handler, _data(handler, whole, arrival), context)
        return await given if isawaitable(given) else given
    except CancelledError:
        raise
    except BaseException as error:
        raise refusal(f'handler "{plan.name}"', plan.failures, error) from error


def provide(context: Context, handler: Handler, decided: Mapping[str, Any], opened: Opened) -> None:
    """Gives a context what guards decided, and the resources."""
    vars(context).update(decided)
    if handler.uses:
        vars(context).update(vars(opened.used(handler.uses)))


def returned(handler: Handler, data: Any, context: Context) -> Any:
    return handler.run(data, context) if handler.takes_context else handler.run(data)


def _is_whole(handler: Handler, line: Mapping[str, Any]) -> bool:
    """True where octets are data, and do not flow."""
    return isinstance(handler.accepts, Raw) or isinstance(handler.body, Raw) or "files" in line


def _data(handler: Handler, whole: Optional[bytes], arrival: Union[Arrival, AsyncArrival]) -> Any:
    line = arrival.line
    data = line["data"]
    if "files" in line:
        return with_files(data, line["files"], whole or b"")
    if isinstance(handler.accepts, Raw):
        return whole
    if isinstance(handler.body, Raw):
        return {**data, "body": whole}
    takes = handler.takes
    if takes is None:
        return data
    if isinstance(takes, Parts):
        return {**(data or {}), "body": arrival.parts()}
    return {**(data or {}), "body": arrival.items() if isinstance(takes, Items) else arrival.pieces()}


def refusal(what: str, failures: Mapping[str, FailureType], error: BaseException) -> BaseException:
    """What was raised, as the caller may see it: nothing of an error that nobody declared."""
    if forked.is_here():
        forked.finish(error)
    if isinstance(error, (Refusal, CallOver)):
        return error
    if isinstance(error, Failure):
        declared = failures.get(error.code)
        if declared is not None and declared.kind == error.kind:
            return error
        say(f"{what} raised {error.code}, which it does not declare: add it to its errors")
    say_failure(f"{what} failed", error)
    return app_failed()
