"""
Runs a service on a call: a request over HTTP, or a name with data.

    in     a call, on one of the pool's threads
    out    its answer, or `failed`; never an exception
"""

from __future__ import annotations

from typing import Any, Final

from hagaki.call import Call
from hagaki.fault import AnswerFaulty, CallOver
from hagaki.handlers import http, jsonbody
from hagaki.handlers.dispatch import ABSENT, Context, GuardHead, decide, run
from hagaki.handlers.refused import Failure, Refusal, too_large
from hagaki.handlers.service import Service
from hagaki.head import CallHead, RequestHead
from hagaki.log import say_failure

_MAX_DATA: Final = 67_108_864  # octets of data of a call by name


class ServiceGateway:
    def __init__(self, service: Service, name: str) -> None:
        """`name` is what the other side calls this service in its faults: "python('notes:service')"."""
        self.name = name
        self.contract = service.mark
        self._service = service

    def serve(self, call: Call) -> None:
        head = call.head
        context = Context(head.context, head.timeout_ms, lambda: call.over)
        try:
            if isinstance(head, CallHead):
                self._named(call, head, context)
            else:
                self._request(call, head, context)
        except CallOver:
            pass  # nobody waits
        except BaseException as error:
            # SystemExit as well: one call must not end the others.
            say_failure(f"{self.name}: a call failed", error)
            call.fail("app_failed", {})

    def _request(self, call: Call, head: RequestHead, context: Context) -> None:
        body = http.Body(call.length, call.is_bodyless, call.body.read_some)
        answer = http.answer(self._service, head, body, context)
        if head.method == "HEAD" and answer.body is not None:
            fields = [*answer.fields, ("content-length", str(len(answer.body)))]
            call.respond(answer.status, answer.content_type, fields, None)
            return
        try:
            call.answer(answer.status, answer.content_type, answer.fields, answer.body)
        except AnswerFaulty as error:
            say_failure(f"{self.name}: a head that cannot be sent", error)
            call.fail("app_failed", {})

    def _named(self, call: Call, head: CallHead, context: Context) -> None:
        try:
            plan = self._service.plans.get(head.name)
            if plan is None:
                message = f'No handler is named "{head.name}"'
                raise Refusal("handler_unknown", 404, {"name": head.name}, message)
            template, method = plan.template.text, plan.handler.meaning.method
            decide(plan, GuardHead(method, template, None, {}, None, head.context), context)
            given = run(plan, self._data(call), context)
        except Failure as failure:
            call.fail(failure.code, {} if failure.data is None else failure.data, failure.kind)
        except Refusal as refusal:
            call.fail(refusal.code, refusal.detail if refusal.status < 500 else {})
        else:
            call.give(given)

    @staticmethod
    def _data(call: Call) -> Any:
        if call.is_bodyless:
            return ABSENT
        octets = bytearray()
        while piece := call.body.read_some(65_536):
            octets += piece
            if len(octets) > _MAX_DATA:
                raise too_large(None, _MAX_DATA)
        return jsonbody.decode(bytes(octets))
