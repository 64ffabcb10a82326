"""The codec, without a process: `spec/frames.md`, "Framing"."""

from __future__ import annotations

import random
import struct
import unittest
from typing import Optional

from hagaki import frames
from hagaki.fault import FrameFault
from hagaki.frames import Frame, FrameDecoder, encode

EXAMPLES = [
    Frame(frames.HELLO, 0, b'{"v":1}'),
    Frame(frames.REQUEST, 1, b"\x00\x00\x00\x02{}body"),
    Frame(frames.RESPONSE, 1, b""),
    Frame(frames.DATA, 2, b"d"),
    Frame(frames.DATA, 2, b"\x00" * frames.MAX_DATA),
    Frame(frames.END, 2**32 - 1, b""),
    Frame(frames.CREDIT, 2, b"\x00\x00\x00\x01"),
    Frame(frames.CANCEL, 3, b'{"reason":"r"}'),
    Frame(frames.FAILED, 0, b"f" * (frames.MAX_LENGTH - 5)),
]


def decoded(*pieces: bytes) -> tuple[list[Frame], Optional[str]]:
    """The frames of a stream cut into pieces, and the fault it ended with, if any."""
    decoder, found = FrameDecoder(), []
    for piece in pieces:
        decoder.receive(piece)
        try:
            while (frame := decoder.next_frame()) is not None:
                found.append(frame)
        except FrameFault as fault:
            return found, str(fault)
    return found, None


class FramesTest(unittest.TestCase):
    def test_what_is_encoded_is_decoded(self) -> None:
        for frame in EXAMPLES:
            self.assertEqual(decoded(encode(*frame)), ([frame], None))

    def test_the_octets_are_those_of_the_table(self) -> None:
        self.assertEqual(
            encode(frames.CREDIT, 258, b"\x00\x01\x00\x00"), bytes.fromhex("00000009 06 00000102 00010000")
        )

    def test_a_stream_cut_at_any_octet_gives_the_frames_before_the_cut(self) -> None:
        whole = [frame for frame in EXAMPLES if len(frame.payload) < 100]
        stream = b"".join(encode(*frame) for frame in whole)
        ends = [sum(9 + len(frame.payload) for frame in whole[: count + 1]) for count in range(len(whole))]
        for cut in range(len(stream)):
            found, fault = decoded(stream[:cut])
            self.assertIsNone(fault)
            self.assertEqual(found, whole[: sum(end <= cut for end in ends)])
            self.assertEqual(decoded(stream[:cut], stream[cut:]), (whole, None))

    def test_octet_by_octet_gives_the_same_as_one_piece(self) -> None:
        stream = b"".join(encode(*frame) for frame in EXAMPLES)
        self.assertEqual(decoded(*(stream[at : at + 1] for at in range(len(stream)))), (EXAMPLES, None))

    def test_a_length_out_of_range_is_refused_at_its_fourth_octet(self) -> None:
        for length in (0, 1, 4, frames.MAX_LENGTH + 1, 2**31, 2**32 - 1):
            octets = struct.pack(">I", length)
            self.assertEqual(decoded(octets[:3]), ([], None))
            self.assertRegex(decoded(octets)[1] or "", f"{length} octets")
        for length in (5, frames.MAX_LENGTH):
            self.assertEqual(decoded(struct.pack(">I", length)), ([], None))

    def test_a_type_out_of_the_table_is_refused_at_its_octet(self) -> None:
        for type in (0, 16, 127, 255):
            self.assertRegex(decoded(struct.pack(">IB", 5, type))[1] or "", f"unknown type {type}")

    def test_data_has_1_to_65536_octets_and_numbers_4(self) -> None:
        for type, octets in (
            (frames.DATA, 0),
            (frames.DATA, 65_537),
            (frames.CREDIT, 3),
            (frames.CREDIT, 5),
            (frames.TIMEOUT, 3),
            (frames.PING, 0),
            (frames.PONG, 5),
            (frames.HELLO, frames.MAX_WORDS + 1),
        ):
            self.assertRegex(
                decoded(struct.pack(">IB", 5 + octets, type))[1] or "", f"type {type} with {octets}"
            )
            with self.assertRaises(ValueError):
                encode(type, 1, b"x" * octets)

    def test_frames_before_a_fault_are_given(self) -> None:
        stream = encode(*EXAMPLES[0]) + b"\xff\xff\xff\xff"
        self.assertEqual(decoded(stream)[0], [EXAMPLES[0]])
        self.assertEqual(decoded(stream), decoded(*(stream[at : at + 1] for at in range(len(stream)))))

    def test_random_octets_give_frames_or_a_fault_however_they_are_cut(self) -> None:
        chance = random.Random(20260101)
        for _ in range(2_000):
            stream = b"".join(encode(*chance.choice(EXAMPLES[:4])) for _ in range(chance.randrange(3)))
            stream += struct.pack(">I", chance.choice([5, 6, 9, 40])) + bytes([chance.randrange(18)])
            stream += chance.randbytes(chance.randrange(60))
            cut = chance.randrange(len(stream) + 1)
            self.assertEqual(decoded(stream), decoded(stream[:cut], stream[cut:]))

    def test_no_more_than_a_frame_waits(self) -> None:
        decoder = FrameDecoder()
        frame = encode(frames.DATA, 1, b"d" * frames.MAX_DATA)
        for _ in range(50):
            decoder.receive(frame[:-1])
            self.assertIsNone(decoder.next_frame())
            decoder.receive(frame[-1:])
            self.assertIsNotNone(decoder.next_frame())
            self.assertEqual(len(decoder._bytes), 0)


if __name__ == "__main__":
    unittest.main()
