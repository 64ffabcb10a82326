"""A request body and its credit, without a process: `spec/frames.md`, "Calls"."""

from __future__ import annotations

import gc
import unittest
import weakref

from caller import packed, request_head
from hagaki.body import WINDOW, RequestBody, wsgi_input
from hagaki.call import Call
from hagaki.credit import MAX_CREDIT, Credit
from hagaki.fault import CallOver, FrameFault
from hagaki.head import Pending, RequestBodyMember, read_request


class Sender:
    """A caller that sends what it was granted, at once, and counts what waits."""

    def __init__(self, member: RequestBodyMember, octets: bytes = b"") -> None:
        self.granted: list[int] = []
        self.rest = octets
        self.body = RequestBody(member, self.grant)

    def grant(self, octets: int) -> None:
        self.granted.append(octets)
        piece, self.rest = self.rest[:octets], self.rest[octets:]
        if piece:
            self.body.feed(piece)
        if not self.rest:
            self.body.end()


class RequestBodyTest(unittest.TestCase):
    def test_an_inline_or_absent_body_needs_no_credit(self) -> None:
        for member in (None, b"", b"inline"):
            sender = Sender(member)
            self.assertEqual(wsgi_input(sender.body).read(), member or b"")
            self.assertEqual(sender.granted, [])

    def test_no_credit_before_the_first_read(self) -> None:
        sender = Sender(Pending(4), b"1234")
        file = wsgi_input(sender.body)
        self.assertEqual(sender.granted, [])
        self.assertEqual(file.read(1), b"1")
        self.assertEqual(sender.granted, [4])

    def test_a_body_without_octets_needs_no_credit(self) -> None:
        sender = Sender(Pending(0))
        self.assertEqual(wsgi_input(sender.body).read(), b"")
        self.assertEqual(sender.granted, [])

    def test_at_most_a_window_is_granted_or_unread(self) -> None:
        for length in (None, 3 * WINDOW + 5):
            octets = bytes(range(256)) * (3 * WINDOW // 256) + b"12345"
            sender = Sender(Pending(length), octets)
            taken = b""
            while piece := sender.body.read_some(10_000):
                taken += piece
                self.assertLessEqual(sum(sender.granted) - len(taken), WINDOW)
            self.assertEqual(taken, octets)
            self.assertLess(len(sender.granted), 10)
            if length is not None:
                self.assertEqual(sum(sender.granted), length)

    def test_data_without_credit_is_a_fault(self) -> None:
        with self.assertRaisesRegex(FrameFault, "credit for 0"):
            Sender(Pending(None)).body.feed(b"x")
        body = RequestBody(Pending(10), lambda octets: body.feed(b"x" * 11))
        with self.assertRaisesRegex(FrameFault, "credit for 10"):
            body.read_some(1)

    def test_data_after_the_end_is_a_fault(self) -> None:
        for member in (None, b"x"):
            with self.assertRaisesRegex(FrameFault, "after the end"):
                RequestBody(member, lambda _: None).feed(b"x")

    def test_a_known_length_is_exact(self) -> None:
        body = RequestBody(Pending(5), lambda _: body.feed(b"1234"))
        body.read_some(4)
        with self.assertRaisesRegex(FrameFault, "1 octets before its length"):
            body.end()

    def test_a_second_end_is_a_fault(self) -> None:
        body = RequestBody(Pending(None), lambda _: None)
        body.end()
        with self.assertRaisesRegex(FrameFault, "second end"):
            body.end()

    def test_reading_a_broken_body_is_an_oserror(self) -> None:
        for member in (None, b"inline", Pending(None)):
            body = RequestBody(member, lambda _: None)
            body.break_off("cancelled")
            with self.assertRaisesRegex(OSError, "cancelled"):
                wsgi_input(body).read()

    def test_a_broken_body_keeps_nothing(self) -> None:
        body = RequestBody(Pending(None), lambda _: body.feed(b"1234"))
        body.read_some(1)
        self.assertEqual(len(body._unread), 3)
        body.break_off("cancelled")
        body.feed(b"crossed")
        self.assertEqual(len(body._unread), 0)

    def test_a_call_that_is_over_is_freed_at_once(self) -> None:
        head, member = read_request(packed(request_head("GET", "/", {})), 0)
        call = Call(1, head, member, 0, lambda _: None, lambda _: None)
        freed = weakref.ref(call)
        call.respond(200, None, [], None)
        gc.disable()
        self.addCleanup(gc.enable)
        del call
        self.assertIsNone(freed())


class CreditTest(unittest.TestCase):
    def test_credit_adds_up(self) -> None:
        credit = Credit()
        credit.add(3)
        credit.add(4)
        self.assertEqual((credit.take(5), credit.take(5)), (5, 2))

    def test_what_is_not_used_may_reach_2_to_the_31_less_1(self) -> None:
        credit = Credit()
        credit.add(MAX_CREDIT)
        self.assertEqual(credit.take(1), 1)
        credit.add(1)
        with self.assertRaises(FrameFault):
            credit.add(1)

    def test_taking_broken_credit_is_an_end(self) -> None:
        credit = Credit()
        credit.add(1)
        credit.break_off("cancelled")
        with self.assertRaisesRegex(CallOver, "cancelled"):
            credit.take(1)


if __name__ == "__main__":
    unittest.main()
