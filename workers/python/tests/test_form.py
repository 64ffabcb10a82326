"""Forms as the client writes them; those that a service reads: test/roads/form-clients.test.ts."""

from __future__ import annotations

import socket
import threading
import unittest
from typing import Any, Callable, Iterator

from hagaki.client import Answered, Client, InputInvalid
from hagaki.composed import Composed, compose
from hagaki.form import write_form, write_parts
from hagaki.handlers import File, Part

MULTIPART = "multipart/form-data"
PLAIN = "application/x-www-form-urlencoded"
PHOTO = File("a.jpg", "image/jpeg", b"GATE")


def takes(*media_types: str, kind: str = "data", body: str = "members") -> dict[str, Any]:
    return {
        "verb": "acts",
        "path": "/it",
        "takes": {"as": kind, "mediaTypes": media_types, "body": body},
        "gives": "data",
        "offers": {},
    }


def serving(test: unittest.TestCase, serve: Callable[[socket.socket], None], handler: dict[str, Any]) -> Client:
    """A client of one connection."""
    listening = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        connection, _ = listening.accept()
        with connection:
            serve(connection)

    thread = threading.Thread(target=run)
    thread.start()
    test.addCleanup(listening.close)
    test.addCleanup(thread.join)
    contract = {"hagaki": 1, "handlers": {"it": handler}}
    return Client(contract, f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=5)


class FormTest(unittest.TestCase):
    def test_what_has_files_is_multipart_and_what_has_none_is_what_the_handler_reads_first(self) -> None:
        def typed(data: Any, *media_types: str) -> str:
            return compose(takes(*media_types), data).fields["content-type"].partition(";")[0]

        every = ("application/json", PLAIN, MULTIPART)
        self.assertEqual(typed({"a": 1}, *every), "application/json")
        self.assertEqual(typed({"a": PHOTO}, *every), MULTIPART)
        self.assertEqual(typed({"a": [PHOTO, PHOTO]}, *every), MULTIPART)
        self.assertEqual(typed({"a": 1}, PLAIN, MULTIPART), PLAIN)
        self.assertEqual(typed({"a": 1}, MULTIPART), MULTIPART)

    def test_names_and_values_are_written_as_they_are_read(self) -> None:
        self.assertEqual(
            write_form([PLAIN], {"a b": ["x&y", 2, True, None], "\u2603": ""})[1],
            b"a%20b=x%26y&a%20b=2&a%20b=true&a%20b=null&%E2%98%83=",
        )
        media_type, octets = write_form([MULTIPART], {'a"\\': "1\n2", "f": File("", "", b"\r\n--")})
        boundary = media_type.partition("boundary=")[2].encode()
        self.assertEqual(
            octets.split(b"--" + boundary),
            [
                b"",
                b'\r\ncontent-disposition: form-data; name="a\\"\\\\"\r\n\r\n1\n2\r\n',
                b'\r\ncontent-disposition: form-data; name="f"; filename="blob"\r\n'
                b"content-type: application/octet-stream\r\n\r\n\r\n--\r\n",
                b"--\r\n",
            ],
        )

    def test_what_no_form_holds_is_refused(self) -> None:
        for media_type, data in (
            (PLAIN, {"a": PHOTO}),
            (PLAIN, [1]),
            (MULTIPART, {"a": {}}),
            (MULTIPART, {"a": [PHOTO, "text"]}),
            (MULTIPART, {"a\r\nb": "1"}),
            (MULTIPART, {"a": File("\0", "", b"")}),
            (MULTIPART, {"a": File("a", "no type", b"")}),
        ):
            with self.subTest(str(data)), self.assertRaises(InputInvalid):
                write_form([media_type], data)
        for bad in ("text", Part("a", ["text"])):  # type: ignore[list-item]
            with self.assertRaises(InputInvalid):
                list(write_parts([bad])[1])  # type: ignore[list-item]

    def test_bytes_and_texts_are_sent_as_they_are(self) -> None:
        raw = takes("image/*", "image/png", kind="bytes", body="member")
        text = takes("text/plain", kind="text", body="member")
        fields = {"accept": "application/json", "content-type": "image/png"}
        self.assertEqual(compose(raw, {"body": b"x"}), Composed("POST", "/it", fields, b"x"))
        self.assertEqual(compose(text, {"body": "\u2603"}).body, b"\xe2\x98\x83")
        items, parts, chunks = (takes("a/b", kind=kind, body="member") for kind in ("items", "parts", "chunks"))
        for handler, body in ((raw, "x"), (text, "\ud800"), (text, b"x"), (items, {}), (items, "x"), (parts, 5), (chunks, "x"), (chunks, 5)):
            with self.subTest(repr(body)), self.assertRaises(InputInvalid):
                compose(handler, {"body": body})


class PartsTest(unittest.TestCase):
    PARTS = takes(MULTIPART, kind="parts", body="member")

    def test_what_a_part_raises_is_told_and_the_request_is_none(self) -> None:
        heard: list[bytes] = []

        def hear(connection: socket.socket) -> None:
            with connection.makefile("rb") as file:
                heard.append(file.read())

        def broken() -> Iterator[bytes]:
            yield b"ab"
            raise ConnectionResetError("of the disk")

        api = serving(self, hear, self.PARTS)
        with self.assertRaisesRegex(ConnectionResetError, "of the disk"):
            api.it(body=[Part("a", broken())])
        self.doCleanups()
        self.assertIn(b"2\r\nab\r\n", heard[0])
        self.assertFalse(heard[0].endswith(b"0\r\n\r\n"))

    def test_a_service_may_answer_before_all_has_come(self) -> None:
        def refuse(connection: socket.socket) -> None:
            connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n")

        def endless() -> Iterator[bytes]:
            while True:
                yield bytes(65_536)

        api = serving(self, refuse, self.PARTS)
        with self.assertRaises(Answered) as refused:
            api.it(body=[Part("a", endless())])
        self.assertEqual(refused.exception.status, 413)


if __name__ == "__main__":
    unittest.main()
