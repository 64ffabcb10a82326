"""`async def`: calls side by side on the event loop of their process, and left when nobody waits any more."""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
import unittest
from typing import Any
from unittest import mock

from caller import APPS, CREDIT, DATA, FAILED, HELLO, PING, PONG, RESULT, TIMEOUT, Caller

from hagaki.handlers import local

LINE = {"data": None, "guards": {}, "resume": None}
HEAD = {"method": "GET", "path": "/add", "query": None, "headers": {"x-user": "anna"}, "client": None, "protocol": "http"}
OCTETS = json.dumps(LINE).encode() + b"\n"


def line(data: Any, **guards: Any) -> dict[str, Any]:
    return {**LINE, "data": data, "guards": guards}


def started(breaks: str = "", hello: bool = True) -> Caller:
    with mock.patch.dict(os.environ, {"BREAKS": breaks}):
        return Caller("async_app", "--threads", "1", kind="handlers", hello=hello)


class AsyncTest(unittest.TestCase):
    caller: Caller

    @classmethod
    def setUpClass(cls) -> None:
        cls.caller = started()
        cls.addClassCleanup(cls.caller.close)

    def data(self, name: str, sent: Any) -> Any:
        gives, body, _ = self.caller.result(self.caller.call(name, sent))
        self.assertEqual(gives, "data")
        return json.loads(body) if body else None

    def waits_are_left(self) -> None:
        while self.caller.log.count("hagaki: waits") != self.caller.log.count("left, over: True"):
            self.data("add", line(1, user="anna"))

    def test_guards_resources_and_functions_are_async_and_plain_beside_each_other(self) -> None:
        guards = [self.data("hagaki:guard", {"guard": name, "head": HEAD, "used": {}}) for name in ("member", "in_thread")]
        self.assertEqual(guards, [["anna", True], "hagaki-0"])
        self.assertEqual(self.data("add", line(1, user="anna")), [1, "anna", True])
        nobody = self.caller.call("hagaki:guard", {"guard": "member", "head": {**HEAD, "headers": {}}, "used": {}})
        self.assertEqual(self.caller.failure(nobody)["code"], "not_signed_in")
        self.assertEqual(self.data("called", LINE), "hagaki-loop")
        self.assertEqual(self.data("large", LINE), "x" * 300_000)

    def test_a_name_that_nobody_has_is_unknown_and_its_neighbours_go_on(self) -> None:
        for name, sent in (("hagaki:guard", {"guard": "nobody", "head": HEAD, "used": {}}), ("nobody", LINE)):
            failed = self.caller.failure(self.caller.call(name, sent))
            self.assertEqual(failed, {"code": "handler_unknown", "detail": {"name": "nobody"}})
        self.assertEqual(self.data("add", line(1, user="anna")), [1, "anna", True])

    def test_1024_run_at_a_time_and_the_next_is_refused(self) -> None:
        calls = [self.caller.call("quiet", LINE) for _ in range(1_024)]
        for call in calls:
            self.assertEqual(self.caller.next(call).type, RESULT)
        failed = self.caller.failure(self.caller.call("add", line(1, user="anna")))
        self.assertEqual((failed["code"], failed["detail"]["to"]), ("call_refused", "python('async_app')"))
        for call in calls:
            self.caller.cancel(call)
        while self.caller.next(self.caller.call("add", line(1, user="anna"))).type != RESULT:
            pass  # those that were cancelled end by and by

    def test_more_run_at_a_time_than_there_are_threads(self) -> None:
        calls = [self.caller.call("meet", line(200)) for _ in range(200)]
        for call in calls:
            self.assertEqual(self.caller.result(call)[1], b"200")

    def test_what_is_raised_is_told_where_it_is_declared(self) -> None:
        table: list[tuple[str, Any, dict[str, Any]]] = [
            ("add", line(7, user="anna"), {"code": "note_gone", "detail": {"id": 7}, "kind": "missing"}),
            ("exits", LINE, {"code": "app_failed", "detail": {}}),
            ("cancels_itself", LINE, {"code": "app_failed", "detail": {}}),
        ]
        for name, sent, told in table:
            with self.subTest(name):
                self.assertEqual(self.caller.failure(self.caller.call(name, sent)), told)
        faulty = self.caller.failure(self.caller.call("wrapped", LINE))
        self.assertEqual(faulty["code"], "call_faulty")
        self.assertIn("write async def, and no wrapper", faulty["detail"]["reason"])
        self.data("task_exits", LINE)  # a task of its own, whose exit goes through the loop
        self.assertEqual(self.data("add", line(1, user="eve")), [1, "eve", True])

    def test_a_call_that_is_cancelled_is_left_with_its_teardown_and_its_neighbours_go_on(self) -> None:
        neighbour = self.caller.call("takes_a_moment", LINE)
        call = self.caller.call("waits", LINE)
        self.caller.logged("hagaki: waits")
        self.caller.cancel(call)
        self.caller.logged("left, over: True")
        self.assertEqual(self.caller.result(neighbour)[1], b"")
        self.assertEqual(self.caller.waiting(call), 0)

    def test_one_that_goes_on_after_its_cancel_answers_nobody(self) -> None:
        call = self.caller.call("stubborn", LINE)
        self.caller.logged("stubborn begins")
        self.caller.cancel(call)
        self.caller.logged("stubborn goes on")
        self.data("add", line(1, user="anna"))
        self.assertEqual(self.caller.waiting(call), 0)
        self.assertNotIn('"stubborn" failed', self.caller.log)

    def test_a_call_cancelled_as_it_begins_is_left_or_never_runs(self) -> None:
        before = self.caller.log.count("hagaki: waits")
        call = self.caller.call("waits", LINE)
        self.caller.cancel(call)
        self.data("add", line(1, user="anna"))
        self.assertLessEqual(self.caller.log.count("hagaki: waits") - before, 1)
        self.waits_are_left()

    def test_one_whose_time_is_up_is_told_so_and_left(self) -> None:
        call = self.caller.call("waits", LINE)
        self.caller.send(TIMEOUT, call, struct.pack(">I", 20))
        failed = self.caller.failure(call)
        self.assertEqual((failed["code"], failed["detail"]["limitMs"]), ("call_timeout", 20))
        self.waits_are_left()

    def test_what_flows_in_comes_behind_the_line_cut_anywhere(self) -> None:
        for piece in (1, 7, 65_536):
            with self.subTest(piece=piece):
                call = self.caller.call("total", body={"length": None})
                self.caller.send_body(call, OCTETS + b"1\n2\n39\n", piece)
                self.assertEqual(self.caller.result(call)[1], b"42")
                call = self.caller.call("upper", body={"length": None})
                self.caller.send_body(call, OCTETS + b"a\nb" * 1_000, piece)
                gives, body, _ = self.caller.result(call)
                self.assertEqual((gives, body), ("chunks", b"A\nB" * 1_000))
                call = self.caller.call("whole", body={"length": len(OCTETS) + 3})
                self.caller.send_body(call, OCTETS + b"a\nb", piece)
                self.assertEqual(self.caller.result(call)[:2], ("chunks", b"b\na"))

    def test_a_client_that_goes_away_within_its_body_ends_the_loop_over_it(self) -> None:
        begun, before = (self.caller.log.count(f"total {what}") for what in ("begins", "ends"))
        call = self.caller.call("total", body={"length": None})
        self.assertEqual(self.caller.next(call).type, CREDIT)
        self.caller.send(DATA, call, OCTETS + b"1\n2")
        while self.caller.log.count("total begins") == begun:
            pass
        self.caller.cancel(call)
        while self.caller.log.count("total ends") == before:
            pass
        self.assertEqual(self.caller.waiting(call), 0)

    def test_what_flows_out_waits_for_credit_and_is_left_when_nobody_takes_it(self) -> None:
        for name, taken in (("count", b"0\n"), ("quiet", b"1\n")):
            with self.subTest(name):
                call = self.caller.call(name, LINE)
                self.assertEqual(self.caller.next(call).type, RESULT)
                self.caller.credit(call, 2)
                self.assertEqual(self.caller.next(call).payload, taken)
                self.assertEqual(self.caller.waiting(call), 0)
                self.caller.cancel(call)
                self.caller.logged(f"{name} is left")

    def test_items_end_with_their_failure_and_a_list_flows_as_well(self) -> None:
        gives, body, last = self.caller.result(self.caller.call("three", LINE))
        self.assertEqual((gives, body, last.type), ("items", b"1\n2\n", FAILED))
        self.assertEqual(last.json(), {"code": "note_gone", "detail": {"id": 3}, "kind": "missing"})
        self.assertEqual(self.caller.result(self.caller.call("listed", LINE))[1], b"1\n2\n")

    def test_one_that_blocks_the_loop_is_named_and_threads_go_on(self) -> None:
        call = self.caller.call("blocks", LINE)
        waiting = self.caller.call("add", line(1, user="anna"))
        self.caller.logged("the event loop is blocked for 1 s")
        self.caller.logged("let.wait(60)")
        self.assertEqual(self.caller.waiting(waiting), 0)
        self.caller.send(PING, 0, b"ping")
        while (pong := self.caller.next(0)).type == HELLO:
            pass
        self.assertEqual(pong, (PONG, b"ping"))
        self.assertEqual(self.data("lets", LINE), None)
        self.caller.result(call)
        self.caller.result(waiting)


class StopTest(unittest.TestCase):
    def test_the_end_of_the_link_cancels_calls_and_tasks_then_closes_resources(self) -> None:
        with started() as caller:
            caller.result(caller.call("leaves_running", LINE))
            caller.call("waits", LINE)
            caller.logged("hagaki: waits")
            caller.hang_up()
            self.assertEqual(caller.exit_status(), 0)
            said = [row.partition("hagaki: ")[2] for row in caller.log.splitlines()]
            self.assertEqual(said[1:], ["left, over: True", "task ends", "close pool, in its own task: True"])

    def test_sigterm_lets_a_call_end_well(self) -> None:
        with started() as caller:
            call = caller.call("takes_a_moment", LINE)
            caller.logged("short begins")
            caller.process.send_signal(signal.SIGTERM)
            caller.result(call)
            self.assertEqual(caller.exit_status(), 0)
            self.assertTrue(caller.log.endswith("short answers\nhagaki: close pool, in its own task: True\n"))

    def test_one_that_does_not_let_itself_be_cancelled_or_blocks_is_left(self) -> None:
        for name, told in (("hangs", "hanging"), ("blocks", "blocking")):
            with self.subTest(name), started() as caller:
                caller.call(name, LINE)
                caller.logged(told)
                caller.hang_up()
                self.assertEqual(caller.exit_status(), 0)


class ResourcesTest(unittest.TestCase):
    def test_one_that_does_not_open_or_hangs_is_named(self) -> None:
        for breaks, reason in (("open pool", "OSError: no such host"), ("pool hangs", "it is not open after 0.2 s")):
            with self.subTest(breaks), started(breaks, hello=False) as caller:
                failed = caller.next(0)
                self.assertEqual((failed.type, caller.exit_status()), (FAILED, 1))
                self.assertEqual(failed.json()["detail"]["reason"], f'Resource "pool": {reason}')

    def test_one_that_does_not_close_is_told_to_the_log(self) -> None:
        for breaks, told in (("close pool", "did not close"), ("pool stays", "is not closed after")):
            with self.subTest(breaks), started(breaks) as caller:
                caller.next(0)
                caller.hang_up()
                self.assertEqual(caller.exit_status(), 0)
                self.assertIn(f'Resource "pool" {told}', caller.log)


class LocalTest(unittest.TestCase):
    def test_what_is_async_is_awaited(self) -> None:
        sys.path.insert(0, str(APPS))
        import async_app

        sys.path.remove(str(APPS))
        with mock.patch.object(async_app, "say") as say, local(async_app.service, headers={"x-user": "bob"}) as api:
            self.assertEqual(api.add(1), [1, ["bob", True], True])
            self.assertEqual(api.total({"body": [1, 2]}), 3)
            self.assertEqual(list(api.upper({"body": [b"a", b"b"]})), [b"A", b"B"])
            self.assertEqual(list(api.listed()), [1, 2])
            counted = api.count()
            self.assertEqual([next(counted), next(counted)], [0, 1])
            counted.close()
            say.assert_called_with("count is left")
            with self.assertRaises(Exception) as raised:
                api.add(7)
            self.assertTrue(async_app.Gone.matches(raised.exception))
        with self.assertRaisesRegex(RuntimeError, "the service is closed"):
            api.add(1)


if __name__ == "__main__":
    unittest.main()
