"""The frames' vectors, which every language passes: `spec/vectors/frames.json`."""

from __future__ import annotations

import json
import os
import queue
import unittest
from pathlib import Path
from typing import Any, Optional

from hagaki import frames, payload
from hagaki.frames import FrameDecoder, encode
from hagaki.head import Pending, read_call, read_request, write_response, write_result
from hagaki.link import Ending, Link
from hagaki.writer import Writer

VECTORS = json.loads((Path(__file__).parents[3] / "spec/vectors/frames.json").read_text("utf-8"))
SECONDS = 10
TYPES = {
    name: getattr(frames, name.upper())
    for name in ("hello", "request", "response", "data", "end", "credit", "cancel", "failed", "call", "result")
} | {
    name: getattr(frames, name.upper().replace("-", "_")) for name in ("timeout", "ping", "pong", "go-away", "hint")
}


def octets_of(vector: dict[str, Any]) -> bytes:
    fill = vector.get("fill", {"octet": "", "times": 0})
    return bytes.fromhex(vector["hex"]) + bytes.fromhex(fill["octet"]) * fill["times"]


def to_worker(name: str) -> list[dict[str, Any]]:
    found = [vector for vector in VECTORS[name] if vector["to"] == "worker"]
    assert found, f"no vector to a worker is {name}"
    return found


def fault_of(octets: bytes, piece: int) -> Optional[str]:
    """What a link that is sent these octets takes for a fault of the caller's; None when it is sound."""
    reading, sending = os.pipe()
    answers, writing = os.pipe()
    endings: queue.SimpleQueue[Ending] = queue.SimpleQueue()
    writer = Writer(writing, lambda: None)
    link = Link(reading, writer, lambda call: None, lambda call: None, endings.put)
    try:
        link.open("python-wsgi")
        try:
            for at in range(0, len(octets), piece):
                os.write(sending, octets[at : at + piece])
        except BrokenPipeError:
            pass  # it has seen enough
        os.close(sending)
        return endings.get(timeout=SECONDS).fault
    finally:
        for descriptor in (reading, answers, writing):
            os.close(descriptor)


class FrameVectorsTest(unittest.TestCase):
    def test_frames_are_read_and_written(self) -> None:
        for vector in VECTORS["frames"]:
            with self.subTest(vector["name"]):
                decoder = FrameDecoder()
                decoder.receive(octets_of(vector))
                frame = decoder.next_frame()
                assert frame is not None
                self.assertEqual((frame.type, frame.call), (TYPES[vector["type"]], vector["call"]))
                self.assertIsNone(decoder.next_frame())
                self.assertEqual(encode(*frame).hex(), vector["hex"])
                self.holds(vector, frame.payload)

    def holds(self, vector: dict[str, Any], octets: bytes) -> None:
        """The payload is what the vector says, as far as a worker reads or writes such a frame."""
        holds = vector["holds"]
        if vector["type"] == "hello" and holds["role"] == "caller":
            self.assertEqual(payload.read_hello(octets), holds["inline"])
        elif vector["type"] == "request":
            head, body = read_request(octets, frames.MAX_INLINE)
            for name, member in head._asdict().items():
                expected = holds["head"][{"timeout_ms": "timeoutMs"}.get(name, name)]
                if name == "headers":
                    expected = dict(zip(expected[::2], expected[1::2]))
                self.assertEqual(member, expected)
            self.assertEqual(body, self.body(holds["body"]))
        elif vector["type"] == "response":
            told = holds["head"]
            if not told["context"]:  # WSGI has none
                fields = list(zip(told["headers"][::2], told["headers"][1::2]))
                written = write_response(
                    told["status"], told["contentType"], fields, self.body(holds["body"])
                )
                self.assertEqual(written, octets)
        elif vector["type"] == "data":
            self.assertEqual(octets.hex(), holds["hex"])
        elif vector["type"] == "end":
            expected = None if holds is None else list(zip(holds[::2], holds[1::2]))
            self.assertEqual(payload.read_trailers(octets), expected)
        elif vector["type"] == "credit":
            self.assertEqual(payload.read_credit(octets), holds)
            self.assertEqual(payload.write_credit(holds), octets)
        elif vector["type"] == "cancel":
            self.assertEqual(payload.read_cancel(octets), holds["reason"])
        elif vector["type"] == "call":
            head, body = read_call(octets, frames.MAX_INLINE)
            told = holds["head"]
            self.assertEqual(head, (told["name"], told["timeoutMs"], told["context"]))
            self.assertEqual(body, self.body(holds["body"]))
        elif vector["type"] == "timeout":
            self.assertEqual(payload.read_timeout(octets), holds)
        elif vector["type"] == "go-away":
            self.assertEqual(payload.read_go_away(octets), holds["reason"])
            self.assertEqual(payload.write_go_away(holds["last"], holds["reason"]), octets)
        elif vector["type"] == "failed":
            told = payload.write_failed(holds["code"], holds["detail"], holds.get("kind"))
            self.assertEqual(told, octets)
        elif vector["type"] == "result" and not holds["head"]["context"] and holds["head"]["gives"] == "data":
            self.assertEqual(write_result(self.body(holds["body"])), octets)
        elif vector["type"] == "hello" and "contract" in holds:
            self.assertEqual(payload.write_hello(holds["name"], holds["contract"]), octets)

    @staticmethod
    def body(told: Optional[dict[str, Any]]) -> Any:
        if told is None:
            return None
        return bytes.fromhex(told["hex"]) if "hex" in told else Pending(told["length"])

    def test_a_faulty_stream_closes_the_link_however_it_is_cut(self) -> None:
        for vector in to_worker("faulty"):
            octets = octets_of(vector)
            for piece in (len(octets), 1 if len(octets) < 2_000 else 997):
                with self.subTest(vector["name"], piece=piece):
                    fault = fault_of(octets, piece)
                    self.assertIsNotNone(fault)
                    self.assertNotEqual(fault, "the worker is at fault")

    def test_a_sound_stream_leaves_the_link_open(self) -> None:
        for vector in to_worker("sound"):
            octets = octets_of(vector)
            for piece in (len(octets), 1):
                with self.subTest(vector["name"], piece=piece):
                    self.assertIsNone(fault_of(octets, piece))


if __name__ == "__main__":
    unittest.main()
