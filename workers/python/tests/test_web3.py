"""web3 apps (PEP 444): what they are told, and what they answer."""

from __future__ import annotations

import json
import time
import unittest

from caller import Caller


class Web3Test(unittest.TestCase):
    caller: Caller

    @classmethod
    def setUpClass(cls) -> None:
        # One thread, so that counts are those after everything before them.
        cls.caller = Caller("bytes_app:app", "--threads", "1", kind="web3")
        cls.addClassCleanup(cls.caller.close)

    def test_the_environment_is_bytes_and_has_the_paths_as_they_came(self) -> None:
        environ = json.loads(self.caller.get("/environ".replace("o", "%6f") + "?a=%20", mount="/a%2Fb").text)
        expected = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "/a/b",
            "PATH_INFO": "/environ",
            "QUERY_STRING": "a=%20",
            "web3.script_name": "/a%2Fb",
            "web3.path_info": "/envir%6fn",
            "web3.version": [1, 0],
            "web3.url_scheme": "http",
            "web3.async": False,
            "web3.multithread": False,
            "texts": [],
        }
        self.assertEqual({name: environ.get(name) for name in expected}, expected)
        self.assertEqual([name for name in environ if name.startswith("wsgi.")], [])

    def closed(self, times: int) -> None:
        """A body is closed behind its answer, by a thread beside the one that is asked here."""
        until = time.monotonic() + 10
        while int(self.caller.get("/closed").text) < times and time.monotonic() < until:
            pass
        self.assertEqual(int(self.caller.get("/closed").text), times)

    def test_a_body_is_read_answered_and_closed(self) -> None:
        before = int(self.caller.get("/closed").text)
        answer = self.caller.answer(self.caller.ask("POST", "/read", b"body"))
        self.assertEqual((answer.status, answer.text), (201, "read body"))
        self.assertEqual(answer.fields, [("x-a", "1"), ("x-a", "2")])
        self.closed(before + 1)

    def test_what_breaks_pep_444_fails_and_is_logged_and_its_body_is_closed(self) -> None:
        before = int(self.caller.get("/closed").text)
        for path, why in (
            ("/text", "status and headers of a web3 app are bytes, not str"),
            ("/status", "a status line must be like '200 OK', not 'nothing'"),
            ("/later", "a web3 app returns (body, status, headers), not function"),
        ):
            self.assertEqual(self.caller.failure(self.caller.ask("GET", path))["code"], "app_failed")
            self.caller.logged(why)
        self.closed(before + 2)

    def test_the_hello_says_what_it_is(self) -> None:
        with Caller("bytes_app:app", kind="web3") as caller:
            self.assertEqual(caller.next(0).json()["name"], "python-web3")


if __name__ == "__main__":
    unittest.main()
