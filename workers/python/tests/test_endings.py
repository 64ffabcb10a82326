"""Every way a call can end, and close() once in each: PEP 3333, "Specification Details"."""

from __future__ import annotations

import unittest

from caller import CREDIT, DATA, END, FAILED, RESPONSE, Caller


class EndingsTest(unittest.TestCase):
    caller: Caller

    @classmethod
    def setUpClass(cls) -> None:
        # One thread, so that counts are those after everything before them.
        cls.caller = Caller("endings:app", "--threads", "1")
        cls.addClassCleanup(cls.caller.close)

    def counted(self, name: str, expected: str) -> None:
        self.assertEqual(self.caller.get(f"/count/{name}").text, expected)

    def test_after_a_whole_answer(self) -> None:
        self.assertEqual(self.caller.get("/whole").body, b"onetwo")
        self.counted("whole", "ran 1, closed 1")
        self.assertEqual(self.caller.get("/exact").body, b"abc")
        self.counted("exact", "ran 1, closed 1")

    def test_after_an_answer_without_a_body_which_is_not_iterated(self) -> None:
        self.caller.answer(self.caller.ask("HEAD", "/never-iterated"))
        self.caller.answer(self.caller.ask("GET", "/never-iterated", headers={"x-status": "204 No Content"}))
        self.counted("never-iterated", "ran 2, closed 2")

    def test_after_head_of_an_app_that_starts_late(self) -> None:
        self.assertEqual(self.caller.answer(self.caller.ask("HEAD", "/lazy")).body, None)
        self.counted("lazy", "ran 1, closed 1")

    def test_after_an_exception_before_and_in_the_body(self) -> None:
        self.assertEqual(self.caller.failure(self.caller.ask("GET", "/raises"))["code"], "app_failed")
        self.counted("raises", "ran 1, closed 1")
        self.assertEqual(self.caller.get("/breaks-off").ending.type, FAILED)
        self.counted("breaks-off", "ran 1, closed 1")

    def test_after_a_body_that_is_not_as_long_as_promised(self) -> None:
        self.assertEqual(self.caller.get("/short").ending.type, FAILED)
        self.counted("short", "ran 1, closed 1")
        self.assertEqual(self.caller.failure(self.caller.ask("GET", "/long"))["code"], "call_faulty")
        self.counted("long", "ran 1, closed 1")

    def test_a_close_that_fails_is_logged_and_changes_nothing(self) -> None:
        self.assertEqual(self.caller.get("/close-fails").ending.type, END)
        self.counted("close-fails", "ran 1, closed 1")
        self.caller.logged("GET /close-fails: close() failed")

    def test_a_cancel_ends_an_app_that_waits_for_credit(self) -> None:
        call = self.caller.ask("GET", "/endless")
        self.assertEqual(self.caller.next(call).type, RESPONSE)
        self.caller.credit(call, 15_000)
        self.assertEqual([len(self.caller.next(call).payload) for _ in range(2)], [10_000, 5_000])
        self.caller.cancel(call)
        self.counted("endless", "ran 1, closed 1")
        self.assertEqual(self.caller.waiting(call), 0)

    def test_a_cancel_ends_an_app_that_has_nothing_to_say(self) -> None:
        call = self.caller.ask("GET", "/idle")
        self.assertEqual(self.caller.next(call).type, RESPONSE)
        self.caller.credit(call, 100)
        self.assertEqual(self.caller.next(call).type, DATA)
        self.caller.cancel(call)
        self.counted("idle", "ran 1, closed 1")

    def test_a_cancel_ends_an_app_that_reads_within_its_body(self) -> None:
        call = self.caller.ask("POST", "/reads", {"length": None})
        self.assertEqual(self.caller.next(call).type, RESPONSE)
        self.caller.credit(call, 100)
        self.assertEqual([self.caller.next(call).type for _ in range(2)], [DATA, CREDIT])
        self.caller.cancel(call)
        self.counted("reads", "ran 1, closed 1")
        self.assertNotIn("/reads: the app failed", self.caller.log)

    def test_a_call_cancelled_in_the_queue_never_runs(self) -> None:
        first = self.caller.ask("POST", "/held", {"length": 1})
        self.assertEqual(self.caller.next(first).type, CREDIT)
        second = self.caller.ask("GET", "/queued")
        self.caller.cancel(second)
        self.caller.send(DATA, first, b"x")
        self.caller.send(END, first)
        self.assertEqual(self.caller.answer(first).body, b"onetwo")
        self.counted("queued", "ran 0, closed 0")
        self.assertEqual(self.caller.waiting(second), 0)

    def test_the_end_of_the_link(self) -> None:
        with Caller("endings:app") as caller:
            for path in ("/endless", "/idle"):
                self.assertEqual(caller.next(caller.ask("GET", path)).type, RESPONSE)
            self.assertEqual(caller.next(caller.ask("POST", "/held", {"length": 1})).type, CREDIT)
            caller.hang_up()
            self.assertEqual(caller.exit_status(), 0)
            for name in ("endless", "idle"):
                self.assertEqual(caller.log.count(f"closed {name}"), 1)
            self.assertNotIn("closed held", caller.log)  # it had returned nothing yet

    def test_the_end_of_the_link_with_calls_in_the_queue(self) -> None:
        with Caller("endings:app", "--threads", "1") as caller:
            self.assertEqual(caller.next(caller.ask("POST", "/held", {"length": 1})).type, CREDIT)
            caller.ask("GET", "/exact")
            caller.hang_up()
            self.assertEqual(caller.exit_status(), 0)
            self.assertEqual(caller.log, "")


if __name__ == "__main__":
    unittest.main()
