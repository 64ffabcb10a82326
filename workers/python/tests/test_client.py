"""The client's time: all of a call has to come within it, however it comes."""

from __future__ import annotations

import itertools
import socket
import threading
import time
import unittest
from typing import Iterator

from hagaki.client import CallTimeout, Client

CONTRACT = {
    "hagaki": 1,
    "handlers": {"me": {"verb": "reads", "path": "/me", "takes": None, "gives": "data", "offers": {}}},
}


class Dripping:
    """A server that begins an answer, and then sends an octet of what follows now and then, without an end."""

    def __init__(self, first: bytes, rest: bytes) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._first, self._rest = first, rest
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._listening.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(self._first)
            octets: Iterator[int] = itertools.cycle(self._rest)
            while not self._over.wait(0.02):
                try:
                    connection.sendall(bytes([next(octets)]))
                except OSError:
                    return

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        self._listening.close()


class ClientTimeTest(unittest.TestCase):
    def test_an_answer_that_drips_is_given_up_in_time_wherever_it_does(self) -> None:
        ok = b"HTTP/1.1 200 OK\r\n"
        chunked = ok + b"Transfer-Encoding: chunked\r\n\r\n"
        for where, first, rest in (
            ("status line", b"", b"HTTP/1.1 200 OK"),
            ("head", ok, b"a"),
            ("length", ok + b"Content-Length: 1000000\r\n\r\n", b"1"),
            ("to the end", ok + b"Connection: close\r\n\r\n", b"1"),
            ("size of a chunk", chunked, b"0"),
            ("chunk", chunked + b"ffff\r\n", b"1"),
            ("trailers", chunked + b"1\r\n1\r\n0\r\n", b"a: b\r\n"),
        ):
            with self.subTest(where):
                server = Dripping(first, rest)
                self.addCleanup(server.close)
                began = time.monotonic()
                with self.assertRaises(CallTimeout):
                    Client(CONTRACT, server.base, timeout=0.3).call("me")
                self.assertLess(time.monotonic() - began, 3)

    def test_an_answer_whose_connection_ends_is_read_whole(self) -> None:
        listening = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listening.close)

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"an')
                connection.sendall(b'na"')

        thread = threading.Thread(target=serve)
        thread.start()
        self.addCleanup(thread.join)
        port = listening.getsockname()[1]
        self.assertEqual(Client(CONTRACT, f"http://127.0.0.1:{port}", timeout=5).me(), "anna")


if __name__ == "__main__":
    unittest.main()
