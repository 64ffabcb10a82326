"""
Runs a service on a call: by the name of a handler, of a guard, or to be told what the service offers.

    in     a call, on one of the pool's threads
    out    its result, or `failed`; never an exception

`spec/frames.md`, "Calls by name".
"""

from __future__ import annotations

from typing import Any, Callable, Final, Iterator, Optional

from hagaki.call import Call
from hagaki.fault import AnswerFaulty, CallOver
from hagaki.handlers import flow
from hagaki.handlers.dispatch import Context, decide, refusal, run
from hagaki.handlers.flow import Arrival
from hagaki.handlers.opened import Opened
from hagaki.handlers.refused import Failure, Refusal
from hagaki.handlers.service import Plan, Service
from hagaki.handlers.shapes import Items, Raw
from hagaki.head import CallHead
from hagaki.log import say, say_failure

OFFER: Final = "hagaki:offer"
GUARD: Final = "hagaki:guard"


class ServiceGateway:
    def __init__(self, service: Service, name: str, opened: Optional[Opened]) -> None:
        """
        `name` is what the other side calls this service in its faults: "python('notes:service')". Without open
        resources it only says what it offers.
        """
        self.name = name
        self.contract: Optional[str] = service.mark
        self._service = service
        self._opened = opened

    def close(self, seconds: float) -> None:
        """Closes its resources."""
        if self._opened is not None:
            self._opened.close(seconds)

    def serve(self, call: Call) -> None:
        head = call.head
        try:
            if not isinstance(head, CallHead):
                call.fail("call_refused", {"to": self.name, "reason": "it is called by name alone"})
            else:
                self._named(call, head)
        except CallOver:
            pass  # nobody waits
        except Failure as failure:
            call.fail(failure.code, {} if failure.data is None else failure.data, failure.kind)
        except Refusal as refused:
            call.fail(refused.code, refused.detail)
        except AnswerFaulty as fault:
            say(f"{self.name}: {fault}")
            call.fail("call_faulty", {"to": self.name, "reason": str(fault)})
        except BaseException as error:
            # SystemExit as well: one call must not end the others.
            say_failure(f"{self.name}: a call failed", error)
            call.fail("app_failed", {})

    def _named(self, call: Call, head: CallHead) -> None:
        if head.name == OFFER:
            return call.give(flow.encode(self._service.offer))
        opened = self._opened
        if opened is None:
            raise Refusal("call_refused", 502, {"to": self.name, "reason": "it only says what it offers"}, "")
        if head.name == GUARD:
            line = Arrival(call.body).line
            guard = self._service.guards[line["guard"]]
            decided = decide(guard, line["head"], head.context, opened)
            return call.give(_encoded(f'guard "{guard.name}"', decided))
        plan = self._service.plans.get(head.name)
        if plan is None:
            raise Refusal("handler_unknown", 404, {"name": head.name}, f'No handler is named "{head.name}"')
        context = Context(head.context, head.timeout_ms, lambda: call.over)
        self._give(call, plan, run(plan, Arrival(call.body), context, opened))

    def _give(self, call: Call, plan: Plan, returned: Any) -> None:
        handler, what = plan.handler, f'handler "{plan.name}"'
        if isinstance(handler.gives, Items):
            _send(call, plan, "items", _pieces(what, returned), flow.line_of)
        elif isinstance(handler.gives, Raw):
            _send(call, plan, "chunks", _pieces(what, returned), flow.octets_of)
        elif isinstance(handler.returns, Raw):
            _send(call, plan, "chunks", iter((returned,)), flow.octets_of)
        else:
            call.give(None if handler.returns is None else _encoded(what, returned))


def _send(call: Call, plan: Plan, gives: str, pieces: Iterator[Any], written: Callable[[Any], bytes]) -> None:
    call.begin_giving(gives)
    try:
        for piece in pieces:
            call.check()  # a function that gives nothing for long is left when it gives something
            call.data(written(piece))
        call.end()
    except BaseException as error:
        if isinstance(error, AnswerFaulty):
            raise
        raise refusal(f'handler "{plan.name}"', plan.failures, error) from error
    finally:
        try:
            flow.close(pieces)
        except BaseException as error:
            say_failure(f'handler "{plan.name}" failed at its end', error)


def _pieces(what: str, returned: Any) -> Iterator[Any]:
    if isinstance(returned, (str, bytes, dict)) or not hasattr(returned, "__iter__"):
        raise AnswerFaulty(f"{what} gives a stream, and returned a value of type {type(returned).__name__}")
    return iter(returned)


def _encoded(what: str, data: Any) -> bytes:
    try:
        return flow.encode(data)
    except (TypeError, ValueError, RecursionError) as error:
        raise AnswerFaulty(f"{what} returned what is no data: {error}") from error
