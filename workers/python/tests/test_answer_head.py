"""What `start_response` refuses: PEP 3333, "The start_response() Callable"."""

from __future__ import annotations

import unittest
from typing import Any

from hagaki.answer_head import AnswerHead, read_answer_head


class AnswerHeadTest(unittest.TestCase):
    def refuses(self, error: type[Exception], status: Any, headers: Any) -> None:
        with self.assertRaises(error, msg=(status, headers)):
            read_answer_head(status, headers)

    def test_type_and_length_have_places_of_their_own(self) -> None:
        headers = [("Content-Type", "text/plain"), ("X-A", " b\t"), ("Content-LENGTH", "12"), ("x-a", "c")]
        self.assertEqual(
            read_answer_head("404 Not Found", headers),
            AnswerHead(404, "text/plain", 12, [("x-a", "b"), ("x-a", "c")]),
        )

    def test_a_status_line_is_a_code_and_a_reason(self) -> None:
        for status in ("200 OK", "200 ", "200", "599 \xe9"):
            self.assertEqual(read_answer_head(status, []).status, int(status[:3]))
        for status in ("", "OK", "20 OK", "2000 OK", "200OK", " 200 OK", "200 a\r\nb", "200 OK\n", "٢٠٠ OK"):
            self.refuses(ValueError, status, [])
        for value in (b"200 OK", 200, None):
            self.refuses(TypeError, value, [])

    def test_a_status_is_final(self) -> None:
        for status in ("100 Continue", "101 Switching Protocols", "199 x", "600 x"):
            self.refuses(ValueError, status, [])

    def test_headers_are_a_list_of_tuples_of_str(self) -> None:
        no_lists: list[Any] = [None, {}, (("a", "b"),)]
        no_pairs: list[Any] = [["a", "b"], "ab", ("a",), ("a", 1), (b"a", "b"), ("a", None)]
        for headers in no_lists + [[field] for field in no_pairs]:
            self.refuses(TypeError, "200 OK", headers)

    def test_a_name_is_a_token(self) -> None:
        for name in ("", "a b", "a:", "a\n", "\xe9"):
            self.refuses(ValueError, "200 OK", [(name, "v")])

    def test_a_value_is_one_line_of_octets(self) -> None:
        for value in ("a\rb", "a\nb", "a\x00b", "a\x7fb", "\u010a", "a\r\n b"):
            self.refuses(ValueError, "200 OK", [("x", value)])

    def test_hop_by_hop_headers_are_refused(self) -> None:
        for name in ("Connection", "keep-alive", "TE", "Transfer-Encoding", "Upgrade", "Proxy-Authenticate"):
            self.refuses(ValueError, "200 OK", [(name, "x")])

    def test_a_content_length_is_digits_and_comes_once(self) -> None:
        for value in ("", "-1", "+1", "1e3", "0x10", "1,1", "٣", "9" * 16):
            self.refuses(ValueError, "200 OK", [("Content-Length", value)])
        self.refuses(ValueError, "200 OK", [("Content-Length", "1"), ("content-length", "1")])
        self.refuses(ValueError, "200 OK", [("Content-Type", "a"), ("content-type", "b")])


if __name__ == "__main__":
    unittest.main()
