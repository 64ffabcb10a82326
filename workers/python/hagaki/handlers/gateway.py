"""
Runs a service on a call: by the name of a handler, of a guard, or to be told what the service offers.

    in     a call, on one of the pool's threads, or on the event loop where its function is async
    out    its result, or `failed`; never an exception

`spec/frames.md`, "Calls by name".
"""

from __future__ import annotations

import json
import time
from asyncio import CancelledError
from typing import Any, Final, NoReturn, Optional

from hagaki.call import Call
from hagaki.fault import AnswerFaulty, CallOver
from hagaki.handlers import flow
from hagaki.handlers.dispatch import Context, decide, decide_async, run, run_async
from hagaki.handlers.flow import Arrival, AsyncArrival
from hagaki.handlers.giving import encoded, give, give_async
from hagaki.handlers.handler import Guard
from hagaki.handlers.opened import Opened
from hagaki.handlers.refused import Failure, Refusal
from hagaki.handlers.service import Plan, Service
from hagaki.head import CallHead
from hagaki.log import say, say_failure
from hagaki.loop import EventLoop

OFFER: Final = "hagaki:offer"
GUARD: Final = "hagaki:guard"


class ServiceGateway:
    def __init__(
        self, service: Service, name: str, opened: Optional[Opened], loop: Optional[EventLoop] = None
    ) -> None:
        """
        `name` is what the other side calls this service in its faults: "python('notes:service')". Without open
        resources it only says what it offers. Without a loop nothing of it is async.
        """
        self.name = name
        self.contract: Optional[str] = service.mark
        self.loop = loop
        self._service = service
        self._opened = opened

    def close(self, seconds: float) -> None:
        """Ends what its functions have left running, and closes its resources."""
        until = time.monotonic() + seconds
        if self.loop is not None:
            self.loop.leave(seconds / 2)
        if self._opened is not None:
            self._opened.close(until - time.monotonic())
        if self.loop is not None:
            self.loop.stop()

    def is_async(self, call: Call) -> bool:
        """True for a call that goes to the event loop."""
        head = call.head
        if self.loop is None or not isinstance(head, CallHead):
            return False
        if head.name != GUARD:
            plan = self._service.plans.get(head.name)
            return plan is not None and plan.handler.is_async
        known = [guard.is_async for guard in self._service.guards.values()]
        if all(known) or not any(known):
            return all(known)
        line = call.body.inline  # always there, since a head is smaller than what comes beside one
        guard = None if line is None else self._service.guards.get(json.loads(line)["guard"])
        return guard is not None and guard.is_async

    def serve(self, call: Call) -> None:
        try:
            self._serve(call)
        except BaseException as error:
            self._tell(call, error)

    async def serve_async(self, call: Call) -> None:
        try:
            await self._serve_async(call)
        except CancelledError as error:
            if not call.over:
                self._tell(call, error)  # by itself, and not by us
        except BaseException as error:
            self._tell(call, error)

    def _serve(self, call: Call) -> None:
        head = self._named(call)
        if head.name == OFFER:
            return call.give(flow.encode(self._service.offer))
        opened = self._opened
        if opened is None:
            raise Refusal("call_refused", 502, {"to": self.name, "reason": "it only says what it offers"}, "")
        if head.name == GUARD:
            line = Arrival(call.body).line
            guard = self._guard(line)
            return call.give(encoded(f'guard "{guard.name}"', decide(guard, line, head.context, opened)))
        plan = self._plan(head)
        arrival = Arrival(call.body)
        try:
            give(call, plan, run(plan, arrival, _context(call, head), opened))
        finally:
            arrival.close()

    async def _serve_async(self, call: Call) -> None:
        head, opened = self._named(call), self._opened
        assert opened is not None  # without them there is no loop
        arrival = await AsyncArrival.of(call)
        if head.name == GUARD:
            guard = self._guard(arrival.line)
            decided = await decide_async(guard, arrival.line, head.context, opened)
            return await call.given(encoded(f'guard "{guard.name}"', decided))
        plan = self._plan(head)
        try:
            await give_async(call, plan, await run_async(plan, arrival, _context(call, head), opened))
        finally:
            arrival.close()

    def _named(self, call: Call) -> CallHead:
        if isinstance(call.head, CallHead):
            return call.head
        raise Refusal("call_refused", 502, {"to": self.name, "reason": "it is called by name alone"}, "")

    def _guard(self, line: Any) -> Guard:
        guard = self._service.guards.get(line["guard"])
        return guard if guard is not None else _unknown(line["guard"])  # as while an app is loaded anew

    def _plan(self, head: CallHead) -> Plan:
        plan = self._service.plans.get(head.name)
        return plan if plan is not None else _unknown(head.name)

    def _tell(self, call: Call, error: BaseException) -> None:
        if isinstance(error, CallOver):
            return  # nobody waits
        if isinstance(error, Failure):
            call.fail(error.code, {} if error.data is None else error.data, error.kind)
        elif isinstance(error, Refusal):
            call.fail(error.code, error.detail)
        elif isinstance(error, AnswerFaulty):
            say(f"{self.name}: {error}")
            call.fail("call_faulty", {"to": self.name, "reason": str(error)})
        else:
            # SystemExit as well: one call must not end the others.
            say_failure(f"{self.name}: a call failed", error)
            call.fail("app_failed", {})


def _context(call: Call, head: CallHead) -> Context:
    return Context(head.context, head.timeout_ms, lambda: call.over)


def _unknown(name: str) -> NoReturn:
    raise Refusal("handler_unknown", 404, {"name": name}, f'No handler or guard is named "{name}"')
