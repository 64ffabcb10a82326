"""A Flask app, unchanged."""

from __future__ import annotations

import importlib.util
import json
import unittest

from caller import END, RESPONSE, Caller


class FlaskTest(unittest.TestCase):
    caller: Caller

    @classmethod
    def setUpClass(cls) -> None:
        if importlib.util.find_spec("flask") is None:
            raise AssertionError("Flask is needed to test that Flask apps run: apt-get install python3-flask")
        cls.caller = Caller("notes:app")
        cls.addClassCleanup(cls.caller.close)

    def test_a_form_post_and_a_session_cookie(self) -> None:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        call = self.caller.ask("POST", "/notes", b"text=buy+stamps+%E2%9C%89", headers=headers, mount="/app")
        answer = self.caller.answer(call)
        fields = dict(answer.fields)
        self.assertEqual((answer.status, fields["location"]), (303, "/app/"))
        cookie = fields["set-cookie"].partition(";")[0]
        self.assertTrue(cookie.startswith("session="))
        answer = self.caller.get("/", headers={"cookie": cookie}, mount="/app")
        self.assertEqual(json.loads(answer.text), {"notes": ["buy stamps ✉"], "root": "/app"})
        self.assertEqual(answer.head["contentType"], "application/json")

    def test_an_ordinary_answer_takes_one_frame(self) -> None:
        self.assertEqual(self.caller.get("/").ending.type, RESPONSE)

    def test_a_multipart_upload_of_unknown_length(self) -> None:
        boundary = "--------boundary"
        body = (
            f"--{boundary}\r\n".encode()
            + b'content-disposition: form-data; name="file"; filename="card.png"\r\n\r\n'
            + b"\x89PNG" * 100_000
            + f"\r\n--{boundary}--\r\n".encode()
        )
        headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
        call = self.caller.ask("POST", "/upload", {"length": None}, headers=headers)
        self.caller.send_body(call, body)
        self.assertEqual(self.caller.answer(call).text, "card.png 400000")

    def test_a_streamed_answer(self) -> None:
        answer = self.caller.get("/stream")
        self.assertEqual((answer.head["body"], answer.ending.type), ({"length": None}, END))
        self.assertEqual(answer.text, "line 0\nline 1\nline 2\n")

    def test_head_keeps_the_length(self) -> None:
        answer = self.caller.answer(self.caller.ask("HEAD", "/"))
        self.assertEqual((answer.head["body"], dict(answer.fields)["content-length"]), (None, "23"))

    def test_error_pages(self) -> None:
        for path, status in (("/fails", 500), ("/teapot", 418), ("/missing", 404)):
            answer = self.caller.get(path)
            self.assertEqual(
                (answer.status, answer.head["contentType"]), (status, "text/html; charset=utf-8")
            )
            self.assertIn("<h1>", answer.text)
        self.caller.logged("RuntimeError: a bug in the app")


if __name__ == "__main__":
    unittest.main()
