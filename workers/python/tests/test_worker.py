"""A worker's life: hello, parallel calls, standard output, the errors of `spec/frames.md`, signals."""

from __future__ import annotations

import json
import os
import random
import signal
import struct
import unittest
from contextlib import ExitStack
from typing import Any

from caller import (
    CALL,
    CANCEL,
    CREDIT,
    DATA,
    END,
    FAILED,
    GO_AWAY,
    HELLO,
    PING,
    PONG,
    REQUEST,
    RESPONSE,
    TIMEOUT,
    Caller,
    frame,
    packed,
    request_head,
)

GOOD_HELLO = {"v": 1, "role": "caller", "name": "test", "inline": 65_536}


def hello(**members: Any) -> bytes:
    return frame(HELLO, 0, json.dumps({**GOOD_HELLO, **members}).encode())


def request(call: int, path: str = "/hello", inline: bytes = b"", **members: Any) -> bytes:
    return frame(REQUEST, call, packed(request_head("GET", path, {}, **members), inline))


class CallsTest(unittest.TestCase):
    def test_hello_comes_first_and_once(self) -> None:
        with Caller("plain:app", hello=False) as caller:
            self.assertEqual(
                caller.next(0).json(), {"v": 1, "role": "worker", "name": "python-wsgi", "inline": 65_536}
            )
            caller.write(hello())
            caller.ask("GET", "/hello")
            caller.next(1)
            self.assertEqual(caller.waiting(0), 0)

    def test_a_call_is_answered_while_others_wait(self) -> None:
        with Caller("plain:app", "--threads", "3") as caller:
            waiting = [caller.ask("GET", "/wait"), caller.ask("GET", "/wait")]
            self.assertEqual(caller.get("/hello").body, b"hello")
            self.assertEqual([caller.waiting(call) for call in waiting], [0, 0])
            caller.get("/open")
            self.assertEqual([caller.answer(call).body for call in waiting], [b"waited", b"waited"])

    def test_1024_calls_wait_and_the_next_is_refused(self) -> None:
        with Caller("endings:app", "--threads", "1") as caller:
            held = caller.ask("POST", "/held", {"length": 1})
            self.assertEqual(caller.next(held).type, CREDIT)
            waiting = [caller.ask("GET", "/exact") for _ in range(1_024)]
            refused = caller.ask("GET", "/exact")
            failure = caller.failure(refused)
            self.assertEqual(
                (failure["code"], failure["detail"]["to"]), ("call_refused", "wsgi('endings:app')")
            )
            caller.cancel(waiting[0])
            waiting.append(caller.ask("GET", "/exact"))
            caller.send(DATA, held, b"x")
            caller.send(END, held)
            self.assertEqual(caller.answer(held).body, b"onetwo")
            for call in waiting[1:]:
                self.assertEqual(caller.next(call).inline(), b"abc")

    def test_frames_in_pieces_of_any_size(self) -> None:
        chance = random.Random(20260103)
        stream = b"".join(request(call) for call in range(1, 51))
        with Caller("plain:app") as caller:
            while stream:
                size = chance.choice([1, 2, 3, 5, 100, 1_000])
                caller.write(stream[:size])
                stream = stream[size:]
            for call in range(1, 51):
                self.assertEqual(caller.next(call).inline(), b"hello")


class StandardOutputTest(unittest.TestCase):
    def test_what_an_app_prints_is_log_and_not_link(self) -> None:
        with Caller("plain:app") as caller:
            self.assertEqual(caller.get("/print").text, "''")
            for line in (
                "printed by the app",
                "written by the app",
                "octets of the app",
                "printed by a child",
            ):
                caller.logged(line)
            self.assertEqual(caller.get("/hello").body, b"hello")

    def test_a_fork_that_comes_back_to_the_worker_ends_and_answers_nobody(self) -> None:
        with Caller("plain:app") as caller:
            self.assertEqual(caller.get("/fork-comes-back").text, "[0, 1, 3]")
            caller.logged("a fork of the app failed")
            self.assertEqual(caller.get("/hello").text, "hello")

    def test_a_fork_has_no_link_and_ends_by_sigterm(self) -> None:
        with Caller("plain:app") as caller:
            self.assertEqual(caller.get("/fork").text, str(-signal.SIGTERM))
            self.assertEqual(caller.get("/hello").body, b"hello")


class FaultsTest(unittest.TestCase):
    """Each ends the worker with status 2 and a line on standard error."""

    def end(self, *cases: tuple[bytes, str], greeted: bool = True) -> None:
        # All workers at once: most of the time they take is Python's start.
        with ExitStack() as stack:
            callers = [stack.enter_context(Caller("endings:app", hello=greeted)) for _ in cases]
            for caller, (octets, said) in zip(callers, cases):
                caller.next(0)
                caller.write(octets)
                self.assertEqual(caller.exit_status(), 2, said)
                self.assertRegex(caller.log, f"hagaki: link closed: .*{said}")
                self.assertNotIn("Traceback", caller.log)

    def test_before_hello(self) -> None:
        self.end(
            (b"GET / HTTP/1.1\r\nhost: example.com\r\n\r\n", "octets: 5 to 196608"),
            (request(1), "a frame before hello"),
            (hello(v=2), "version"),
            (hello(role="worker"), "role"),
            (frame(HELLO, 0, b"{"), "not JSON"),
            (frame(HELLO, 1, json.dumps(GOOD_HELLO).encode()), "call number"),
            greeted=False,
        )

    def test_frames_out_of_the_table(self) -> None:
        self.end(
            (hello(), "a second hello"),
            (frame(16, 1), "unknown type 16"),
            (struct.pack(">I", 196_609), "196609 octets"),
            (frame(RESPONSE, 1), "only a worker sends"),
            (frame(FAILED, 0, b"{}"), "only a worker sends"),
        )

    def test_calls_that_cannot_be(self) -> None:
        self.end(
            (request(2, "/exact") + request(2, "/exact"), "request 2 after request 2"),
            (request(2, "/exact") + request(1, "/exact"), "request 1 after request 2"),
            (request(0), "request 0 after request 0"),
            (frame(DATA, 1, b"x"), "never was"),
            (frame(END, 1), "never was"),
            (frame(CREDIT, 1, b"\0\0\0\1"), "never was"),
            (frame(CANCEL, 1, b'{"reason":""}'), "never was"),
        )

    def test_heads_and_json_that_do_not_decode(self) -> None:
        held = request(1, "/held", body={"length": 1})
        self.end(
            (frame(REQUEST, 1, b"\0\0\0\2{}"), "faulty member v"),
            (request(1, body=3, inline=b"four"), "4 octets after a head that says 3"),
            (held + frame(CANCEL, 1, b"why"), "cancel is not JSON"),
            (held + frame(END, 1, b"{}"), "end is no list of pairs"),
        )

    def test_bodies_against_credit_and_length(self) -> None:
        coming = request(1, "/endless", body={"length": 1})
        inline = request(1, "/endless", body=1, inline=b"x")
        self.end(
            (coming + frame(DATA, 1, b"x"), "credit for 0"),
            (coming + frame(END, 1), "1 octets before its length"),
            (coming + frame(CREDIT, 1, b"\0\0\0\0"), "credit of 0"),
            (coming + frame(CREDIT, 1, b"\xff\xff\xff\xff"), "2147483647 are possible"),
            (inline + frame(DATA, 1, b"x"), "data after the end"),
            (inline + frame(END, 1), "a second end"),
        )

    def test_calls_under_way_are_closed(self) -> None:
        with Caller("endings:app") as caller:
            self.assertEqual(caller.next(caller.ask("GET", "/endless")).type, RESPONSE)
            caller.send(16, 0)
            self.assertEqual(caller.exit_status(), 2)
            self.assertEqual(caller.log.count("closed endless"), 1)


class StopTest(unittest.TestCase):
    def test_the_end_of_the_link_is_status_0_at_any_octet(self) -> None:
        for octets in (b"", hello()[:3], hello(), hello() + request(1)[:50]):
            with Caller("plain:app", hello=False) as caller:
                caller.next(0)
                caller.write(octets)
                caller.hang_up()
                self.assertEqual(caller.exit_status(), 0)
                self.assertEqual(caller.log, "")

    def test_a_link_that_cannot_be_written_is_status_0(self) -> None:
        with Caller("endings:app", hello=False, reading=False) as caller:
            caller.write(hello() + request(1, "/endless") + frame(CREDIT, 1, b"\x7f\xff\xff\xff"))
            read = 0
            while read < 10_000:
                read += len(caller.read_octets())
            caller.stop_reading()
            self.assertEqual(caller.exit_status(), 0)
            self.assertEqual(caller.log, "closed endless\n")

    def test_a_ping_is_answered_whatever_the_apps_do(self) -> None:
        with Caller("endings:app", "--threads", "1") as caller:
            caller.next(0)
            held = caller.ask("POST", "/held", {"length": 1})
            self.assertEqual(caller.next(held).type, CREDIT)
            caller.send(PING, 0, b"ab\0\xff")
            self.assertEqual(caller.next(0), (PONG, b"ab\0\xff"))

    def test_an_answer_that_does_not_begin_in_time_is_a_call_timeout(self) -> None:
        with Caller("endings:app", "--threads", "2") as caller:
            late, stopped = (caller.ask("POST", "/held", {"length": 1}) for _ in range(2))
            for call in (late, stopped):
                self.assertEqual(caller.next(call).type, CREDIT)
            for call, milliseconds in ((late, 60_000), (stopped, 20), (stopped, 2**32 - 1), (late, 20)):
                caller.send(TIMEOUT, call, struct.pack(">I", milliseconds))
            detail = {"to": "wsgi('endings:app')", "limitMs": 20}
            self.assertEqual(caller.failure(late), {"code": "call_timeout", "detail": detail})
            caller.send(DATA, stopped, b"x")
            caller.send(END, stopped)
            self.assertEqual(caller.answer(stopped).body, b"onetwo")

    def test_an_answer_that_has_begun_may_take_its_time(self) -> None:
        with Caller("endings:app") as caller:
            call = caller.ask("GET", "/endless")
            self.assertEqual(caller.next(call).type, RESPONSE)
            caller.send(TIMEOUT, call, struct.pack(">I", 1))
            caller.get("/exact")
            caller.credit(call, 5)
            self.assertEqual(caller.next(call).type, DATA)
            caller.cancel(call)

    def test_an_app_without_names_knows_none(self) -> None:
        with Caller("endings:app") as caller:
            head = {"v": 1, "kind": "call", "name": "add", "timeoutMs": None, "context": {}, "body": None}
            caller.send(CALL, 1, packed(head))
            self.assertEqual(caller.failure(1), {"code": "handler_unknown", "detail": {"name": "add"}})

    def test_sigint_is_ignored(self) -> None:
        # A shell starts its background jobs with SIGINT ignored, and they hand that on.
        self.addCleanup(
            signal.signal, signal.SIGINT, signal.signal(signal.SIGINT, signal.default_int_handler)
        )
        with Caller("plain:app") as caller:
            caller.next(0)
            os.killpg(caller.process.pid, signal.SIGINT)
            self.assertEqual(caller.get("/hello").body, b"hello")
            caller.hang_up()
            self.assertEqual((caller.exit_status(), caller.log), (0, ""))

    def test_sigterm_ends_what_runs_and_begins_nothing_more(self) -> None:
        with Caller("endings:app", "--threads", "1") as caller:
            caller.next(0)
            running = caller.ask("POST", "/held", {"length": 1})
            self.assertEqual(caller.next(running).type, CREDIT)
            queued = caller.ask("GET", "/exact")
            caller.process.send_signal(signal.SIGTERM)
            away = caller.next(0)
            self.assertEqual((away.type, away.json()["last"]), (GO_AWAY, running))
            late = caller.ask("GET", "/exact")
            caller.send(PING, 0, b"late")
            self.assertEqual(caller.next(0), (PONG, b"late"))
            caller.send(DATA, running, b"x")
            caller.send(END, running)
            self.assertEqual(caller.answer(running).body, b"onetwo")
            self.assertEqual(caller.exit_status(), 0)
            self.assertEqual(caller.log, "closed held\n")
            self.assertEqual((caller.waiting(queued), caller.waiting(late)), (0, 0))

    def test_sigterm_cuts_off_what_does_not_end_and_leaves_what_will_not(self) -> None:
        # All at once, since each takes the time that a worker has to stop.
        with (
            Caller("endings:app") as endless,
            Caller("stubborn:app") as hangs,
            Caller("stubborn:app") as stays,
        ):
            self.assertEqual(endless.next(endless.ask("GET", "/endless")).type, RESPONSE)
            for caller, path in ((hangs, "/hang"), (stays, "/hello")):
                caller.ask("GET", path)
                caller.logged("hanging")
            for caller in (endless, hangs, stays):
                caller.process.send_signal(signal.SIGTERM)
            for caller in (endless, hangs, stays):
                self.assertEqual(caller.exit_status(), 0)
            self.assertEqual(endless.log, "closed endless\n")


if __name__ == "__main__":
    unittest.main()
