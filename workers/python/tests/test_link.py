"""A link without a process: what it takes while it is told to take no more."""

from __future__ import annotations

import os
import threading
import unittest

from caller import HELLO, REQUEST, frame, packed, request_head
from hagaki.call import Call
from hagaki.link import Ending, Link
from hagaki.writer import Writer

_HELLO = b'{"v":1,"role":"caller","name":"test","inline":0}'


class LinkTest(unittest.TestCase):
    def test_what_was_taken_was_offered_before_it_is_said_what_was_taken(self) -> None:
        # Or a call that is offered late would run here, and once more where its caller sends it.
        reading, sending = os.pipe()
        writer = Writer(os.open(os.devnull, os.O_WRONLY), lambda: None)
        said: list[object] = []
        over = threading.Event()

        def stop() -> None:
            said.append(link.stop_taking())

        stopping = threading.Thread(target=stop)

        def offer(call: Call) -> None:
            stopping.start()
            stopping.join(0.1)  # it has all the time that it could want
            said.append("offered")

        def ended(_: Ending) -> None:
            over.set()

        link = Link(reading, writer, offer, lambda _: None, ended)
        link.open("test")
        head = packed(request_head("GET", "/", {}))
        os.write(sending, frame(HELLO, 0, _HELLO) + frame(REQUEST, 1, head))
        os.close(sending)
        over.wait()
        stopping.join()
        self.assertEqual(said, ["offered", 1])


if __name__ == "__main__":
    unittest.main()
