"""How an app's answer becomes frames: PEP 3333, "The start_response() Callable" to "Unicode Issues"."""

from __future__ import annotations

import unittest

from caller import DATA, END, FAILED, RESPONSE, Caller

NAME = "wsgi('answers:app')"


class AnswersTest(unittest.TestCase):
    caller: Caller

    @classmethod
    def setUpClass(cls) -> None:
        cls.caller = Caller("answers:app")
        cls.addClassCleanup(cls.caller.close)

    def fresh(self, inline: int = 65_536) -> Caller:
        """A worker of its own, for tests that count or open gates."""
        caller = Caller("answers:app", inline=inline)
        self.addCleanup(caller.close)
        return caller

    # -- bodies that are all there

    def test_a_list_goes_inline_and_its_length_is_computed(self) -> None:
        answer = self.caller.get("/list")
        self.assertEqual((answer.body, answer.ending.type, answer.fields), (b"abcdef", RESPONSE, []))

    def test_an_empty_list_is_an_empty_body_and_not_none(self) -> None:
        self.assertEqual(self.caller.get("/nothing").head["body"], 0)
        self.assertEqual(self.caller.get("/fields").head["body"], 0)

    def test_a_list_over_the_inline_size_is_streamed_with_its_length(self) -> None:
        answer = self.caller.get("/large")
        self.assertEqual(answer.head["body"], {"length": 200_000})
        self.assertEqual(answer.body, b"x" * 100_000 + b"y" * 100_000)
        caller = self.fresh(inline=10)
        self.assertEqual(caller.get("/size?10").head["body"], 10)
        self.assertEqual(caller.get("/size?11").head["body"], {"length": 11})
        self.assertEqual(self.fresh(inline=0).get("/nothing").head["body"], 0)

    def test_one_block_by_len_is_a_whole_body(self) -> None:
        answer = self.caller.get("/one")
        self.assertEqual((answer.body, answer.ending.type), (b"only", RESPONSE))
        self.assertEqual(self.caller.get("/one-large").head["body"], {"length": 100_000})

    def test_a_block_that_is_all_of_the_content_length_is_a_whole_body(self) -> None:
        answer = self.caller.get("/exact")
        self.assertEqual((answer.body, answer.ending.type, answer.fields), (b"exact", RESPONSE, []))

    def test_fields_keep_repeats_and_lose_blanks(self) -> None:
        answer = self.caller.get("/fields")
        self.assertEqual(answer.head["contentType"], "text/html; charset=utf-8")
        self.assertEqual(
            answer.fields, [("set-cookie", "a=1"), ("x-latin", "caf\xe9"), ("set-cookie", "b=2")]
        )

    # -- bodies that come in pieces

    def test_a_content_length_is_the_length_of_a_stream(self) -> None:
        answer = self.caller.get("/halves")
        self.assertEqual(
            (answer.head["body"], answer.body, answer.fields), ({"length": 10}, b"firstother", [])
        )

    def test_each_block_goes_out_before_the_next_is_made(self) -> None:
        caller = self.fresh()
        call = caller.ask("GET", "/generator")
        response = caller.next(call)
        self.assertEqual(
            (response.head()["contentType"], response.head()["body"]), ("text/event-stream", {"length": None})
        )
        caller.credit(call, 1_000)
        self.assertEqual(caller.next(call).payload, b"data: 1\n\n")
        caller.get("/open")
        self.assertEqual(caller.next(call).payload, b"data: 2\n\n")
        self.assertEqual(caller.next(call), (END, b""))

    def test_the_app_is_held_up_beyond_the_credit(self) -> None:
        caller = self.fresh()
        call = caller.ask("GET", "/endless")
        self.assertEqual(caller.next(call).type, RESPONSE)
        for granted, rest in ((100_000, 100_000), (5, 5), (70_000, 70_000)):
            caller.credit(call, granted)
            while rest:
                received = caller.next(call)
                self.assertEqual(received.type, DATA)
                rest -= len(received.payload)
        # 170,005 octets were granted: 17 blocks, a bit of the 18th, which now waits.
        for _ in range(20):
            self.assertEqual(caller.get("/made").body, b"18")
        self.assertEqual(caller.waiting(call), 0)
        caller.cancel(call)

    def test_data_has_at_most_65536_octets(self) -> None:
        call = self.caller.ask("GET", "/one-large")
        self.assertEqual(self.caller.next(call).type, RESPONSE)
        self.caller.credit(call, 2**31 - 1)
        sizes = [len(self.caller.next(call).payload) for _ in range(3)]
        self.assertEqual(sizes, [65_536, 34_464, 0])

    # -- no body

    def test_head_204_205_and_304_have_no_body(self) -> None:
        for method, status in (("HEAD", 200), ("GET", 204), ("GET", 205), ("GET", 304)):
            for lazy in ("", "yes"):
                call = self.caller.ask(method, f"/status?status={status}&lazy={lazy}")
                answer = self.caller.answer(call)
                self.assertEqual((answer.status, answer.head["body"], answer.fields), (status, None, []))

    def test_a_content_length_stays_on_head_and_304(self) -> None:
        for method, status, fields in (
            ("HEAD", 200, [("content-length", "4")]),
            ("GET", 304, [("content-length", "4")]),
            ("GET", 204, []),
            ("HEAD", 205, []),
        ):
            call = self.caller.ask(method, f"/status?status={status}&length=yes")
            self.assertEqual(self.caller.answer(call).fields, fields, (method, status))

    def test_head_of_a_generator_or_of_write_is_answered(self) -> None:
        for path in ("/generator", "/write", "/endless", "/large"):
            answer = self.caller.answer(self.caller.ask("HEAD", path))
            self.assertEqual((answer.status, answer.head["body"]), (200, None))

    # -- write()

    def test_write_comes_before_what_is_returned(self) -> None:
        answer = self.caller.get("/write")
        self.assertEqual(
            (answer.body, answer.head["body"]), (b"written, twice, and returned", {"length": None})
        )

    def test_what_is_written_goes_out_at_once(self) -> None:
        caller = self.fresh()
        call = caller.ask("GET", "/write-until-gate")
        self.assertEqual(caller.next(call).type, RESPONSE)
        caller.credit(call, 100)
        self.assertEqual(caller.next(call).payload, b"at once")
        caller.get("/open")
        self.assertEqual(caller.next(call).payload, b", later")
        self.assertEqual(caller.next(call).type, END)

    # -- exc_info

    def test_an_answer_of_which_nothing_was_sent_is_replaced(self) -> None:
        answer = self.caller.get("/error-page")
        self.assertEqual((answer.status, answer.body, answer.fields), (500, b"error page", []))

    def test_an_answer_under_way_breaks_off_instead(self) -> None:
        answer = self.caller.get("/error-after")
        self.assertEqual((answer.body, answer.ending.type), (b"some", FAILED))
        self.assertEqual(answer.ending.json(), {"code": "app_failed", "detail": {}})
        self.caller.logged("ValueError: in the middle")

    # -- failures

    def test_what_breaks_pep_3333_fails_and_is_logged(self) -> None:
        for path, logged in (
            ("/raises", "RuntimeError: the app broke"),
            ("/exits", "SystemExit: the app gave up"),
            ("/twice", "start_response was called a second time"),
            ("/never", "before it called start_response"),
            ("/text", "must be bytes, not str"),
            ("/none", "NoneType"),
            ("/bad-field", "'X-Split' has a character"),
            ("/no-such-path", "KeyError"),
        ):
            failure = self.caller.failure(self.caller.ask("GET", path))
            self.assertEqual(failure, {"code": "app_failed", "detail": {}}, path)
            self.caller.logged(logged)

    def test_a_body_that_breaks_off_fails_after_its_response(self) -> None:
        answer = self.caller.get("/breaks-off")
        self.assertEqual((answer.body, answer.ending.type), (b"some", FAILED))
        self.assertEqual(answer.ending.json(), {"code": "app_failed", "detail": {}})

    def test_a_head_that_is_too_large_fails(self) -> None:
        failure = self.caller.failure(self.caller.ask("GET", "/huge-head"))
        self.assertEqual((failure["code"], failure["detail"]["to"]), ("call_faulty", NAME))
        self.assertIn("65536 are possible", failure["detail"]["reason"])

    def test_fewer_octets_than_the_content_length_fail(self) -> None:
        reason = "its body has {} octets and should have 5"
        for octets in (0, 4):
            failure = self.caller.failure(self.caller.ask("GET", f"/promised?octets={octets}&list=yes"))
            expected = {"code": "call_faulty", "detail": {"to": NAME, "reason": reason.format(octets)}}
            self.assertEqual(failure, expected)
        self.assertEqual(
            self.caller.failure(self.caller.ask("GET", "/promised?octets=0"))["code"], "call_faulty"
        )
        ending = self.caller.get("/promised?octets=4").ending
        self.assertEqual((ending.type, ending.json()["detail"]["reason"]), (FAILED, reason.format(4)))

    def test_more_octets_than_the_content_length_fail_and_are_not_sent(self) -> None:
        failure = self.caller.failure(self.caller.ask("GET", "/promised?octets=6&list=yes"))
        self.assertEqual(failure["code"], "call_faulty")
        answer = self.caller.get("/promised?octets=6")
        self.assertEqual((answer.body, answer.ending.type), (b"xxxxx", FAILED))
        self.assertEqual(answer.ending.json()["code"], "call_faulty")
        self.assertEqual(self.caller.get("/promised?octets=5").body, b"xxxxx")

    def test_what_follows_a_whole_body_is_only_logged(self) -> None:
        for path, body in (("/promised-at-once", b"12345"), ("/liar", b"only")):
            answer = self.caller.get(path)
            self.assertEqual((answer.body, answer.ending.type), (body, RESPONSE))
            self.caller.logged(f"GET {path}: cannot use the app's answer: its body has more octets")


if __name__ == "__main__":
    unittest.main()
