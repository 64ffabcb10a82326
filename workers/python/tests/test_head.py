"""Heads and small payloads, without a process: `spec/frames.md`, "Hello" and "Calls"."""

from __future__ import annotations

import json
import random
import struct
import unittest
from typing import Any

from caller import packed, request_head
from hagaki import payload
from hagaki.fault import AnswerFaulty, FrameFault
from hagaki.head import Pending, read_request, write_response
from hagaki.plain_head import read_plain


def head(**members: Any) -> dict[str, Any]:
    return request_head("GET", "/a%20b?c=d", {"accept": "text/html"}, **members)


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in head().items() if key != name}


class RequestHeadTest(unittest.TestCase):
    def refuses(self, octets: bytes, reason: str) -> None:
        with self.assertRaises(FrameFault, msg=octets) as refusal:
            read_request(octets, 10)
        self.assertRegex(str(refusal.exception), reason)

    def test_members_come_as_they_are(self) -> None:
        read, body = read_request(packed(head(mount="/m", http=None, client=None, protocol="https")), 10)
        self.assertEqual(read.method, "GET")
        self.assertEqual((read.mount, read.path, read.query), ("/m", "/a%20b", "c=d"))
        self.assertEqual((read.http, read.client, read.protocol), (None, None, "https"))
        self.assertEqual(read.headers, {"host": "example.com", "accept": "text/html"})
        self.assertIsNone(body)

    def test_a_body_is_null_a_count_or_still_to_come(self) -> None:
        for member, inline, expected in (
            (None, b"", None),
            (0, b"", b""),
            (10, b"0123456789", b"0123456789"),
            ({"length": 7}, b"", Pending(7)),
            ({"length": None}, b"", Pending(None)),
        ):
            self.assertEqual(read_request(packed(head(body=member), inline), 10)[1], expected)

    def test_exactly_the_count_follows_and_at_most_what_our_hello_said(self) -> None:
        self.refuses(packed(head(body=3), b"12"), "2 octets after a head that says 3")
        self.refuses(packed(head(body=3), b"1234"), "4 octets after a head that says 3")
        self.refuses(packed(head(body=None), b"1"), "1 octets after a head that says 0")
        self.refuses(packed(head(body={"length": 1}), b"1"), "1 octets after")
        self.refuses(packed(head(body=11), b"0" * 11), "our hello said 10")

    def test_a_plain_head_is_read_as_any_other(self) -> None:
        def outcome(text: str, rest: bytes = b"") -> object:
            octets = text.encode()
            try:
                return read_request(struct.pack(">I", len(octets)) + octets + rest, 10)
            except FrameFault as fault:
                return str(fault)

        heads = [
            head(),
            head(body=3, timeoutMs=0, client="::1", query="a=b&c", mount="/m/n", http="2"),
            head(body={"length": None}, headers=["host", "a", "x-tag", '"a\\b"', "accept", "caf\xe9"]),
            head(body={"length": 12}, method="OPTIONS", path="*", query=None),
            head(headers=["host", "a", "host", "b"]),
            head(headers=["a", "b], \"c\": [1"], context={"user": [1]}),
            head(headers=["x-a", " blank"], upgrade=["websocket"], protocol="https"),
        ]
        for data in heads[:3]:
            self.assertIsNotNone(read_plain(json.dumps(data, separators=(",", ":")).encode()), data)
        chance = random.Random(7)
        for data in heads:
            for ascii_only in (True, False):
                text = json.dumps(data, separators=(",", ":"), ensure_ascii=ascii_only)
                texts = [text]
                for _ in range(400):
                    at, count = chance.randrange(len(text)), chance.choice((0, 1, 1, 4))
                    put = chance.choice(('"', "\\", "]", "[", "{", ",", "0", "\x7f", "\n", "\xe9", " ", "?", ""))
                    texts.append(text[:at] + put + text[at + count :])
                for one in texts:
                    # A blank makes it no plain one.
                    self.assertEqual(outcome(one, b"abc"), outcome(one + " ", b"abc"), one)
                    self.assertEqual(outcome(one), outcome(one + " "), one)

    def test_repeats_are_joined_but_for_singletons(self) -> None:
        pairs = ["accept", "a", "cookie", "x=1", "accept", "b", "cookie", "y=2"]
        self.assertEqual(
            read_request(packed(head(headers=pairs)), 10)[0].headers, {"accept": "a, b", "cookie": "x=1; y=2"}
        )
        self.refuses(packed(head(headers=["host", "a", "host", "a"])), "host more than once")

    def test_every_member_is_needed(self) -> None:
        for name in head():
            self.refuses(packed(without(name)), name)

    def test_a_faulty_member_is_refused(self) -> None:
        faulty: dict[str, list[Any]] = {
            "v": [2, "1", True, None],
            "kind": ["response", None],
            "method": ["get", "GE T", "", None],
            "path": ["", "/a b", "/a?b", "/a#b", "/\n", "/é", None],
            "query": ["a b", "a#b", "\x00", 1],
            "mount": ["m", "/a b", None],
            "http": ["1.2", 1.1, 2],
            "client": [1],
            "protocol": ["ftp", None],
            "upgrade": ["websocket", [1], ["a\nb"]],
            "timeoutMs": [-1, 1.5, "1", True, 2**53],
            "headers": [None, {}, ["a"], ["A", "b"], ["a b", "c"], ["", "c"], ["a", 1], ["a", "b\r\nc: d"]],
            "context": [None, []],
            "body": [-1, 1.5, True, "1", [], {}, {"length": -1}, {"length": True}, {"length": "1"}, 2**53],
        }
        for name, values in faulty.items():
            for value in values:
                self.refuses(packed(head(**{name: value})), name)

    def test_a_field_value_is_octets_without_blanks_at_its_ends(self) -> None:
        for value in ("a\x00b", "a\nb", "a\x7fb", "\u010a", " a", "a\t"):
            self.refuses(packed(head(headers=["x", value])), "faulty value for x")
        for value in ("", "a\tb", "caf\xe9", "\xa0a\x85"):
            self.assertEqual(read_request(packed(head(headers=["x", value])), 10)[0].headers["x"], value)

    def test_what_is_no_json_is_refused(self) -> None:
        for text in (
            b"",
            b"{",
            b"[]",
            b"null",
            b"\xef\xbb\xbf{}",
            b"\xff",
            b"[" * 60_000,
            b'{"v":NaN}',
            b"9" * 5_000,
        ):
            self.refuses(struct.pack(">I", len(text)) + text, "JSON|object")

    def test_a_head_ends_within_its_frame_and_at_65536_octets(self) -> None:
        octets = packed(head())
        for cut in range(len(octets)):
            self.refuses(octets[:cut], "ends within")
        self.refuses(struct.pack(">I", 65_537) + b" " * 65_537, "65537 octets")
        text = json.dumps(head()).encode()
        octets = struct.pack(">I", 65_536) + text + b" " * (65_536 - len(text))
        self.assertEqual(read_request(octets, 10)[0].method, "GET")

    def test_random_changes_give_a_head_or_a_fault(self) -> None:
        chance = random.Random(20260102)
        octets = packed(head(body=4), b"body")
        for _ in range(5_000):
            changed = bytearray(octets)
            for _ in range(chance.randrange(1, 4)):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            try:
                read_request(bytes(changed), 10)
            except FrameFault:
                pass


class ResponseHeadTest(unittest.TestCase):
    def test_the_octets_are_canonical(self) -> None:
        text = (
            '{"v":1,"kind":"response","status":200,"contentType":"text/plain","headers":["x-a","caf\xe9"]'
            ',"trailers":null,"context":{},"body":2}'
        ).encode("utf-8")
        self.assertEqual(
            write_response(200, "text/plain", [("x-a", "caf\xe9")], b"hi"),
            struct.pack(">I", len(text)) + text + b"hi",
        )

    def test_null_empty_and_streamed_bodies_differ(self) -> None:
        for body, member in (
            (None, b"null"),
            (b"", b"0"),
            (Pending(7), b'{"length":7}'),
            (Pending(None), b'{"length":null}'),
        ):
            self.assertTrue(write_response(200, None, [], body).endswith(b',"body":' + member + b"}"))

    def test_a_head_has_at_most_65536_octets(self) -> None:
        size = len(write_response(200, None, [("x", "")], None)) - 4
        write_response(200, None, [("x", "h" * (65_536 - size))], None)
        with self.assertRaises(AnswerFaulty):
            write_response(200, None, [("x", "h" * (65_537 - size))], None)


class PayloadTest(unittest.TestCase):
    def test_hello_gives_the_inline_size(self) -> None:
        hello = {"v": 1, "role": "caller", "name": "n", "inline": 65_536, "unknown": [1]}
        self.assertEqual(payload.read_hello(json.dumps(hello).encode()), 65_536)
        for name, value in (("v", 2), ("v", True), ("role", "worker"), ("role", "x"), ("name", 1)):
            with self.assertRaisesRegex(FrameFault, "version|role|name"):
                payload.read_hello(json.dumps({**hello, name: value}).encode())
        for inline in (-1, 65_537, 1.5, "1", None, True):
            with self.assertRaisesRegex(FrameFault, "inline"):
                payload.read_hello(json.dumps({**hello, "inline": inline}).encode())

    def test_our_hello_is_that_of_a_worker(self) -> None:
        self.assertEqual(payload.write_hello("w"), b'{"v":1,"role":"worker","name":"w","inline":65536}')

    def test_credit_is_at_least_1(self) -> None:
        self.assertEqual(payload.read_credit(payload.write_credit(2**32 - 1)), 2**32 - 1)
        with self.assertRaises(FrameFault):
            payload.read_credit(b"\x00\x00\x00\x00")

    def test_cancel_has_a_reason(self) -> None:
        self.assertEqual(payload.read_cancel(b'{"reason":"r"}'), "r")
        for octets in (b"", b"{}", b'{"reason":1}', b'"r"', b"nonsense"):
            with self.assertRaises(FrameFault):
                payload.read_cancel(octets)

    def test_trailers_are_a_list_of_pairs_or_nothing(self) -> None:
        self.assertIsNone(payload.read_trailers(b""))
        self.assertEqual(payload.read_trailers(b'["a","b"]'), [("a", "b")])
        for octets in (b"{}", b'["a"]', b'["A","b"]', b'["a",1]', b"["):
            with self.assertRaises(FrameFault):
                payload.read_trailers(octets)


if __name__ == "__main__":
    unittest.main()
