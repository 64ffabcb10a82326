"""The packed form's vectors, which every language passes: `spec/vectors/packed.json`."""

from __future__ import annotations

import json
import unittest
from base64 import b64decode
from pathlib import Path
from typing import Any, Optional

from hagaki.fault import FrameFault
from hagaki.head import Pending, read_request, write_response

VECTORS = json.loads((Path(__file__).parents[3] / "spec/vectors/packed.json").read_text("utf-8"))
ANY_SIZE = 2**31


def body_of(value: dict[str, Any]) -> Optional[bytes]:
    if "body64" in value:
        return b64decode(value["body64"])
    return value["body"].encode("utf-8") if "body" in value else None


def cases(kind: str) -> list[tuple[dict[str, Any], bytes]]:
    found = [
        (case["value"], bytes.fromhex(case["packed"]))
        for case in VECTORS["cases"]
        if case["value"]["kind"] == kind
    ]
    assert found, f"no vector of kind {kind}"
    return found


class VectorsTest(unittest.TestCase):
    def test_requests_are_read(self) -> None:
        for value, octets in cases("request"):
            head, body = read_request(octets, ANY_SIZE)
            for name, member in head._asdict().items():
                self.assertEqual(member, value[{"timeout_ms": "timeoutMs"}.get(name, name)])
            self.assertEqual(body, body_of(value))

    def test_responses_are_written(self) -> None:
        for value, octets in cases("response"):
            if value["trailers"] is not None or value["context"]:
                continue  # WSGI has neither
            fields = []
            for name, lines in value["headers"].items():
                fields += [(name, line) for line in ([lines] if isinstance(lines, str) else lines)]
            written = write_response(value["status"], value["contentType"], fields, body_of(value))
            self.assertEqual(written, octets)

    def test_what_is_faulty_is_refused(self) -> None:
        for case in VECTORS["faulty"]:
            try:
                body = read_request(bytes.fromhex(case["hex"]), ANY_SIZE)[1]
            except FrameFault:
                continue
            # A frame, unlike a value, may say that its body is still to come.
            self.assertIsInstance(body, Pending, case["name"])


if __name__ == "__main__":
    unittest.main()
