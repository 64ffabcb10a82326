"""Handlers on a link: what a service offers, guards, functions, what flows, and what is told of failures."""

from __future__ import annotations

import json
import unittest
from typing import Any

from caller import FAILED, Caller

from hagaki.handlers import SetupFaulty, failure, guard, items, raw, reads, service
from hagaki.handlers.service import mark_of

LINE = {"data": None, "guards": {}, "resume": None}


def line(data: Any, **members: Any) -> dict[str, Any]:
    return {**LINE, "data": data, **members}


class HandlersTest(unittest.TestCase):
    caller: Caller

    @classmethod
    def setUpClass(cls) -> None:
        cls.caller = Caller("handlers", kind="handlers")

    @classmethod
    def tearDownClass(cls) -> None:
        cls.caller.close()

    def data(self, name: str, sent: Any) -> Any:
        gives, body, _ = self.caller.result(self.caller.call(name, sent))
        self.assertEqual(gives, "data")
        return json.loads(body) if body else None

    def test_it_says_what_it_offers_and_its_mark(self) -> None:
        offer = self.data("hagaki:offer", None)
        self.assertEqual(offer["prefix"], "/v1")
        self.assertEqual(offer["guards"]["member"], {"errors": {"not_signed_in": {"kind": "unauthenticated"}}})
        read = offer["services"]["notes"]["handlers"]["read"]
        self.assertEqual((read["verb"], read["path"], read["guards"]), ("reads", "/notes/{id}", {"user": "member"}))
        self.assertEqual(offer["handlers"]["total"]["takes"], {"items": {"type": "integer"}})
        self.assertEqual(offer["handlers"]["whole"]["returns"], {"bytes": ["text/plain"]})
        hello = self.caller.next(0).json()
        self.assertEqual((hello["name"], hello["contract"]), ("python-handlers", mark_of(offer)))

    def test_a_guard_decides_from_the_head_and_gives_data(self) -> None:
        head = {"method": "GET", "path": "/v1/a", "query": None, "headers": {}, "client": None, "protocol": "http"}
        call = self.caller.call("hagaki:guard", {"guard": "member", "head": head, "used": {}})
        refused = {"code": "not_signed_in", "detail": {}, "kind": "unauthenticated"}
        self.assertEqual(self.caller.failure(call), refused)
        asked = {"guard": "member", "head": {**head, "headers": {"x-user": "anna"}}, "used": {}}
        gives, body, _ = self.caller.result(self.caller.call("hagaki:guard", asked, context={"tenant": "t"}))
        self.assertEqual(json.loads(body), {"name": "anna", "carried": {"tenant": "t"}})
        odd = self.caller.failure(self.caller.call("hagaki:guard", {"guard": "odd", "head": head, "used": {}}))
        self.assertEqual(odd["code"], "call_faulty")

    def test_a_function_is_given_data_and_its_context(self) -> None:
        sent = line({"id": 1}, guards={"user": "anna"}, resume="5")
        given = {"id": 1, "user": "anna", "resume": "5", "left": None}
        self.assertEqual(self.data("notes.read", sent), given)

    def test_what_is_raised_is_told_where_it_is_declared(self) -> None:
        table: list[tuple[str, Any, dict[str, Any]]] = [
            ("notes.read", {"id": 7}, {"code": "note_gone", "detail": {"id": 7}, "kind": "missing"}),
            ("undeclared", None, {"code": "app_failed", "detail": {}}),
            ("breaks", None, {"code": "app_failed", "detail": {}}),
            ("nowhere", None, {"code": "handler_unknown", "detail": {"name": "nowhere"}}),
        ]
        for name, data, told in table:
            with self.subTest(name):
                self.assertEqual(self.caller.failure(self.caller.call(name, line(data))), told)
        self.caller.logged('handler "undeclared" raised note_gone, which it does not declare')
        for name in ("a_set", "a_text"):
            with self.subTest(name):
                self.assertEqual(self.caller.failure(self.caller.call(name, LINE))["code"], "call_faulty")

    def test_a_request_is_refused_since_the_gateway_routes(self) -> None:
        self.assertEqual(self.caller.failure(self.caller.ask("GET", "/v1/notes/1"))["code"], "call_refused")

    def test_a_failure_whose_data_no_frame_can_hold_is_answered_as_well(self) -> None:
        for which in ("set", "nan", "large") * 2:  # more often than there are threads
            with self.subTest(which):
                failed = self.caller.failure(self.caller.call("unsayable", line(which)))
                self.assertEqual(failed, {"code": "app_failed", "detail": {}})
        self.caller.logged("the data of note_gone cannot be sent")

    def test_what_is_set_in_carried_goes_back_as_far_as_a_head_holds_it(self) -> None:
        self.data("carries", line(65_000))
        refused = self.caller.failure(self.caller.call("carries", line(66_000)))
        self.assertEqual(refused["code"], "call_faulty")
        self.assertIn("65536 are possible", refused["detail"]["reason"])

    def test_what_flows_in_comes_behind_the_line_cut_anywhere(self) -> None:
        octets = json.dumps(LINE).encode() + b"\n"
        for piece in (1, 7, 65_536):
            with self.subTest(piece=piece):
                call = self.caller.call("total", body={"length": None})
                self.caller.send_body(call, octets + b"1\n2\n39\n", piece)
                self.assertEqual(self.caller.result(call)[1], b"42")
                call = self.caller.call("upper", body={"length": None})
                self.caller.send_body(call, octets + b"a\nb" * 1_000, piece)
                gives, body, _ = self.caller.result(call)
                self.assertEqual((gives, body), ("chunks", b"A\nB" * 1_000))
                call = self.caller.call("whole", body={"length": len(octets) + 3})
                self.caller.send_body(call, octets + b"a\nb", piece)
                self.assertEqual(self.caller.result(call)[:2], ("chunks", b"b\na"))

    def test_what_a_function_says_besides_goes_back_with_the_head_of_its_result(self) -> None:
        call = self.caller.call("drawn", LINE)
        context = {"session": {"seen": 1}, "hagaki:reply": {"mediaType": "image/gif", "length": 3}}
        self.assertEqual(self.caller.next(call).head()["context"], context)

    def test_items_end_with_their_failure(self) -> None:
        call = self.caller.call("three", LINE)
        gives, body, last = self.caller.result(call)
        self.assertEqual((gives, body, last.type), ("items", b"1\n2\n", FAILED))
        self.assertEqual(last.json(), {"code": "note_gone", "detail": {"id": 3}, "kind": "missing"})

    def test_items_wait_for_credit_and_a_function_is_left_when_nobody_takes_them(self) -> None:
        before = self.data("closings", LINE)
        call = self.caller.call("count", LINE)
        self.caller.next(call)
        self.caller.credit(call, 4)
        self.assertEqual(self.caller.next(call).payload, b"0\n")
        self.assertEqual(self.caller.next(call).payload, b"1\n")
        self.assertEqual(self.caller.waiting(call), 0)
        self.caller.cancel(call)
        while self.data("closings", LINE) == before:
            pass

    def test_a_fork_that_comes_back_answers_nobody(self) -> None:
        self.assertEqual(self.data("forks", LINE), [0, 1, 3])
        self.caller.logged("a fork of the app failed")
        self.assertEqual(self.data("notes.read", line({"id": 2}, guards={"user": 1}))["id"], 2)


class DeclaringTest(unittest.TestCase):
    def test_what_cannot_be_is_refused_with_what_to_write(self) -> None:
        def function(data: Any) -> Any:
            return data

        async def flows(data: Any) -> Any:
            yield data

        def two(name: str) -> Any:
            return reads("/a", guards={"user": guard(name)(function)})(function)

        table: list[tuple[Any, str]] = [
            (lambda: reads("/a", accepts=5)(function), "its accepts is no schema"),
            (lambda: reads("/a", returns=items({}))(function), "items flow, in takes and gives"),
            (lambda: reads("/a", gives={})(function), "its gives is nothing that flows"),
            (lambda: reads("/a", version=lambda data: 1)(function), "Name the member that is the version"),
            (lambda: reads("/a")(lambda: 1), "Write def name(data)"),
            (lambda: reads("/a")(5), "it is no function"),
            (lambda: guard("a")(5), "it is no function that returns"),
            (lambda: guard("a")(flows), "it is no function that returns"),
            (lambda: service({"a.b": reads("/a")(function)}), "it is no name"),
            (lambda: service({"a": function}), "it is no handler"),
            (lambda: service({"a": two("x"), "b": two("x")}), "another guard than its own is called 'x'"),
            (lambda: service({"a": reads("/a", accepts={"type": raw})(function)}), "its metadata are no data"),
            (lambda: failure("Gone", "missing"), "the code is faulty"),
            (lambda: failure("gone", "mising"), "there is no kind 'mising'"),
        ]
        for make, told in table:
            with self.subTest(told), self.assertRaises(SetupFaulty) as refused:
                make()
            self.assertIn(told, str(refused.exception))


if __name__ == "__main__":
    unittest.main()
