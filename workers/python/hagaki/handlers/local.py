"""
A service within this process, for tests: its functions and guards with values in the place of some.

    with local(service, {"db": fake, "user": "anna"}) as notes:
        assert notes.add({"text": "hi"}) == {"id": 1, "text": "hi"}

Schemas are checked by the gateway, and so by nobody here. What is async is awaited.
"""

from __future__ import annotations

import inspect
from typing import Any, AsyncIterator, Awaitable, Callable, Iterator, Mapping, Optional, Union

from hagaki.handlers.dispatch import Context, GuardHead, decided, provide, returned
from hagaki.handlers.flow import aclose
from hagaki.handlers.handler import METHODS, Guard, guards_of
from hagaki.handlers.opened import CLOSE_SECONDS, Opened
from hagaki.handlers.part import AsyncPart, Part
from hagaki.handlers.refused import SetupFaulty
from hagaki.handlers.reply import unwrapped
from hagaki.handlers.resource import Resource, in_order
from hagaki.handlers.service import Plan, Service
from hagaki.loop import EventLoop

NoFields: Mapping[str, str] = {}


def local(
    service: Service, values: Optional[Mapping[str, Any]] = None, *, headers: Mapping[str, str] = NoFields
) -> "Local":
    """
    Opens a service; `with` closes it.

        values   in the place of guards and resources, by the names that handlers, guards and resources have for them
        headers  what guards are given that have none
        raises   SetupFaulty, for a name that nothing has, and for a resource that does not open
    """
    return Local(_Calls(service, values or {}, headers), "")


class Local:
    """Its handlers, and the services within it, by name."""

    def __init__(self, calls: "_Calls", prefix: str) -> None:
        self._calls = calls
        self._prefix = prefix

    def __getattr__(self, name: str) -> Union["Local", Callable[..., Any]]:
        full = self._prefix + name
        plan = self._calls.plans.get(full)
        if plan is not None:
            return self._calls.of(plan)
        if any(known.startswith(f"{full}.") for known in self._calls.plans):
            return Local(self._calls, f"{full}.")
        raise AttributeError(f"the service has no handler {full!r}: it has {', '.join(self._calls.plans)}")

    def __enter__(self) -> "Local":
        return self

    def __exit__(self, *_: object) -> None:
        self._calls.close()


class _Calls:
    def __init__(self, service: Service, values: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        self.plans = service.plans
        self._closed = False
        self._values = values
        self._headers = headers
        handlers = [plan.handler for plan in service.plans.values()]
        members = {member for handler in handlers for member in (*handler.guards, *handler.uses)}
        asked: list[Mapping[str, Resource]] = []
        for handler in handlers:
            members |= {name for one in guards_of(handler.guards) for name in (*one.uses, *one.guards)}
            asked += [*_asked(handler.guards, values), handler.uses]
        given: dict[Resource, Any] = {}
        needed = in_order(asked, values, given)
        members |= {name for one in (*needed, *given) for name in one.uses}
        for name in values:
            if name not in members:
                raise SetupFaulty("local(...)", f"no guard or resource is called {name!r}", f"It has {sorted(members)}")
        self._loop = EventLoop() if service.is_async else None
        try:
            self._opened = Opened(needed, given, self._loop)
        except SetupFaulty:
            self._end()
            raise

    def close(self) -> None:
        self._closed = True
        if self._loop is not None:
            self._loop.leave(CLOSE_SECONDS)
        self._opened.close()
        self._end()

    def _end(self) -> None:
        if self._loop is not None:
            self._loop.stop()

    def of(self, plan: Plan) -> Callable[..., Any]:
        def call(data: Any = None) -> Any:
            if self._closed:
                raise RuntimeError("the service is closed: call it within its with")
            handler = plan.handler
            context = Context({}, None, lambda: False)
            head = GuardHead(METHODS[handler.verb], handler.path, None, self._headers, None, "http", {})
            provide(context, handler, self._allowed(handler.guards, head, []), self._opened)
            if handler.is_async and handler.takes is not None:
                data = {**data, "body": _flowing(data["body"])}
            given = unwrapped(self._now(returned(handler, data, context)), {})
            return self._now(given)

        return call

    def _allowed(
        self, guards: Mapping[str, Guard], head: GuardHead, known: list[tuple[Guard, Any]]
    ) -> dict[str, Any]:
        """What guards decide, by their names; each decides once, and is then `known`."""
        allowed: dict[str, Any] = {}
        for member, one in guards.items():
            if member in self._values:
                allowed[member] = self._values[member]
                continue
            if all(one is not before for before, _ in known):
                used = self._allowed(one.guards, head, known)
                known.append((one, self._now(decided(one, head, self._opened, used))))
            allowed[member] = next(value for before, value in known if before is one)
        return allowed

    def _now(self, given: Any) -> Any:
        """What an async function gives, as a plain one gives it."""
        if self._loop is None:
            return given
        if inspect.isawaitable(given):
            return self._now(self._loop.run(_awaited(given)).result())
        return _steps(self._loop, given) if hasattr(given, "__aiter__") else given


def _asked(guards: Mapping[str, Guard], values: Mapping[str, Any]) -> list[Mapping[str, Resource]]:
    """The resources of guards that decide, with those that they use: of those that have no value in their place."""
    deciding = [one for member, one in guards.items() if member not in values]
    return [uses for one in deciding for uses in (*_asked(one.guards, values), one.uses)]


async def _awaited(given: Awaitable[Any]) -> Any:
    return await given


async def _flowing(body: Any) -> AsyncIterator[Any]:
    for piece in body:
        yield _flowing_part(piece) if isinstance(piece, Part) else piece


def _flowing_part(part: Part) -> AsyncPart:
    return AsyncPart(part.name, _flowing(part), part.filename, part.media_type)


def _steps(loop: EventLoop, given: Any) -> Iterator[Any]:
    try:
        while True:
            try:
                yield loop.run(_awaited(given.__anext__())).result()
            except StopAsyncIteration:
                return
    finally:
        loop.run(aclose(given)).result()
