"""What flows to the client, of servers that break off; of one of Hagaki's own: test/roads/stream-clients.test.ts."""

from __future__ import annotations

import socket
import threading
import unittest
from typing import Any, Callable, Iterator, Optional

from hagaki.client import Answered, CallLost, CallTimeout, Client
from hagaki.handlers import Failure

ITEMS = {"as": "items", "mediaTypes": ["application/jsonl"], "body": "member"}
CONTRACT = {
    "hagaki": 1,
    "handlers": {
        "feed": {
            "verb": "reads",
            "path": "/feed",
            "gives": "items",
            "itemLimit": 8,
            "errors": {"tired": {"kind": "unavailable"}},
        },
        "bytes": {"verb": "reads", "path": "/bytes", "gives": "chunks"},
        "act": {"verb": "acts", "path": "/act", "takes": ITEMS, "gives": "items"},
    },
}
HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"


def chunk(octets: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(octets), octets)


class ClientStreamsTest(unittest.TestCase):
    def api(self, serve: Callable[[socket.socket], None]) -> Client:
        """Each connection is served once its head has come; `self.gone` is set when a client has left one."""
        listening = socket.create_server(("127.0.0.1", 0))
        self.gone = threading.Event()
        self.connections = 0

        def run() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                self.connections += 1
                with connection:
                    connection.recv(65_536)
                    try:
                        serve(connection)
                    except OSError:
                        self.gone.set()

        def end() -> None:
            listening.shutdown(socket.SHUT_RDWR)
            listening.close()
            thread.join()

        thread = threading.Thread(target=run)
        thread.start()
        self.addCleanup(end)
        return Client(CONTRACT, f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=5)

    def giving(self, *chunks: bytes) -> Client:
        return self.api(lambda connection: connection.sendall(HEAD + b"".join(map(chunk, chunks)) + END))

    def taken(self, flowing: Iterator[Any]) -> tuple[list[Any], Optional[Exception]]:
        """What came before it was over, and how it was."""
        got: list[Any] = []
        try:
            for one in flowing:
                got.append(one)
        except Exception as error:
            return got, error
        return got, None

    def test_items_are_told_apart_however_they_come(self) -> None:
        api = self.giving(b"1\n\n nu", b'll\r\n{"a":"\xc3', b'\xa9"}\n3')
        self.assertEqual(self.taken(api.feed()), ([1, None, {"a": "\u00e9"}, 3], None))

    def test_a_failure_that_ends_items_is_raised_behind_them(self) -> None:
        got, error = self.taken(self.giving(b"1\n", b'!{"status":503,"code":"tired"}\n').feed())
        assert isinstance(error, Failure)
        self.assertEqual((got, error.code, error.kind), ([1], "tired", "unavailable"))
        got, error = self.taken(self.giving(b'1\n!{"status":500,"code":"app_failed"}\n').feed())
        assert isinstance(error, Answered)
        self.assertEqual((got, error.status, error.code), ([1], 500, "app_failed"))

    def test_a_stream_that_breaks_off_is_lost_and_is_not_begun_again(self) -> None:
        got, error = self.taken(self.api(lambda connection: connection.sendall(HEAD + chunk(b"1\n"))).feed())
        self.assertEqual((got, type(error), self.connections), ([1], CallLost, 1))
        for text in (b"x\n", b"\xff\n", b"1" * 4_105, b"1" * 4_105 + b"\n"):
            with self.subTest(text[:9]):
                got, error = self.taken(self.giving(b"1\n", text).feed())
                self.assertEqual((got, type(error)), ([1], CallLost))
        short = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"
        got, error = self.taken(self.api(lambda connection: connection.sendall(short)).bytes())
        self.assertEqual((got, type(error)), ([b"abc"], CallLost))

    def test_one_that_was_lost_before_it_began_is_begun_once_more_where_it_reads(self) -> None:
        def flaky(connection: socket.socket) -> None:
            if self.connections > 1:
                connection.sendall(HEAD + chunk(b"a") + END)

        self.assertEqual(self.taken(self.api(flaky).bytes()), ([b"a"], None))
        self.assertEqual(self.connections, 2)
        _, error = self.taken(self.api(flaky).act(body=[1]))
        self.assertEqual((type(error), self.connections), (CallLost, 1))

    def test_who_leaves_it_ends_the_call(self) -> None:
        def endless(connection: socket.socket) -> None:
            connection.sendall(HEAD)
            while True:
                connection.sendall(chunk(b"1\n"))

        feed = self.api(endless).feed()
        self.assertEqual(next(feed), 1)
        feed.close()
        self.assertTrue(self.gone.wait(120))

    def test_one_that_is_silent_is_given_up(self) -> None:
        def silent(connection: socket.socket) -> None:
            connection.sendall(HEAD + chunk(b"1\n"))
            connection.recv(1)  # until the client leaves

        got, error = self.taken(self.api(silent).call("feed", timeout=0.3))
        self.assertEqual((got, type(error)), ([1], CallTimeout))


if __name__ == "__main__":
    unittest.main()
