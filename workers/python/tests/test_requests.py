"""What an app is told and what it reads: PEP 3333, "environ Variables", "Input and Error Streams"."""

from __future__ import annotations

import hashlib
import json
import unittest
from typing import Any

from caller import CREDIT, DATA, END, RESPONSE, Caller


class EnvironTest(unittest.TestCase):
    caller: Caller

    @classmethod
    def setUpClass(cls) -> None:
        cls.caller = Caller("plain:app")
        cls.addClassCleanup(cls.caller.close)

    def environ(self, method: str = "GET", target: str = "/environ", body: Any = None, **members: Any) -> Any:
        return json.loads(self.caller.answer(self.caller.ask(method, target, body, **members)).text)

    def test_a_plain_app_is_answered_inline(self) -> None:
        answer = self.caller.get("/hello")
        self.assertEqual(answer.ending.type, RESPONSE)
        self.assertEqual(
            (answer.status, answer.head["contentType"], answer.body), (200, "text/plain", b"hello")
        )

    def test_the_variables_that_every_app_may_rely_on(self) -> None:
        environ = self.environ(target="/environ?a=%20b", http="1.0", protocol="https")
        expected = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": "/environ",
            "QUERY_STRING": "a=%20b",
            "SERVER_NAME": "example.com",
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.0",
            "REMOTE_ADDR": "192.0.2.7",
            "HTTP_HOST": "example.com",
            "wsgi.version": [1, 0],
            "wsgi.url_scheme": "https",
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            "wsgi.input_terminated": True,
            "errors is stderr": True,
            "file wrapper": "FileWrapper",
        }
        self.assertEqual(environ, expected)

    def test_what_is_not_known_is_empty_or_not_there(self) -> None:
        environ = self.environ(http=None, client=None)
        self.assertEqual((environ["QUERY_STRING"], environ["SERVER_PROTOCOL"]), ("", "HTTP/1.1"))
        for name in ("REMOTE_ADDR", "CONTENT_LENGTH", "CONTENT_TYPE"):
            self.assertNotIn(name, environ)

    def test_who_is_there_is_what_the_gateway_carries_and_no_field(self) -> None:
        environ = self.environ(context={"remote-user": "Änna"}, headers={"remote-user": "eve"})
        self.assertEqual(environ["REMOTE_USER"], "Änna".encode().decode("latin-1"))
        self.assertEqual(environ["HTTP_REMOTE_USER"], "eve")
        for context in ({}, {"remote-user": ""}, {"remote-user": 7}, {"remote-user": None}):
            self.assertNotIn("REMOTE_USER", self.environ(context=context, headers={"remote_user": "eve"}))

    def test_paths_are_decoded_to_octets_as_code_units(self) -> None:
        environ = self.environ(target="/%C3%A9/b%20c", mount="/m%C3%BC")
        self.assertEqual((environ["SCRIPT_NAME"], environ["PATH_INFO"]), ("/m\xc3\xbc", "/\xc3\xa9/b c"))

    def test_the_asterisk_stays_an_asterisk(self) -> None:
        self.assertEqual(self.caller.answer(self.caller.ask("OPTIONS", "*")).body, b"hello")

    def test_name_and_port_are_those_that_the_client_addressed(self) -> None:
        for host, name, port in (
            ("a.example", "a.example", "80"),
            ("a.example:8080", "a.example", "8080"),
            ("a.example:", "a.example", "80"),
            ("[2001:db8::1]", "[2001:db8::1]", "80"),
            ("[2001:db8::1]:8080", "[2001:db8::1]", "8080"),
            ("", "localhost", "80"),
        ):
            environ = self.environ(headers={"host": host})
            self.assertEqual((environ["SERVER_NAME"], environ["SERVER_PORT"]), (name, port), host)

    def test_fields_become_http_variables_but_for_confusable_ones(self) -> None:
        environ = self.environ(
            headers={
                "x-forwarded-for": "192.0.2.1",
                "x_forwarded_for": "6.6.6.6",
                "proxy": "http://evil.example",
                "cookie": "a=1; b=2",
                "x-latin": "caf\xe9",
            }
        )
        http = {name: value for name, value in environ.items() if name.startswith("HTTP_")}
        self.assertEqual(
            http,
            {
                "HTTP_HOST": "example.com",
                "HTTP_X_FORWARDED_FOR": "192.0.2.1",
                "HTTP_COOKIE": "a=1; b=2",
                "HTTP_X_LATIN": "caf\xe9",
            },
        )

    def test_the_length_is_that_of_the_body_and_not_of_the_field(self) -> None:
        headers = {"content-length": "99", "content-type": "text/plain"}
        for body, length in (
            (b"body", "4"),
            (b"", "0"),
            ({"length": 7}, "7"),
            ({"length": None}, None),
            (None, None),
        ):
            environ = self.environ("POST", "/environ", body, headers=headers)
            self.assertEqual(environ.get("CONTENT_LENGTH"), length)
            self.assertEqual(environ["CONTENT_TYPE"], "text/plain")
            self.assertNotIn("HTTP_CONTENT_LENGTH", environ)
            self.assertNotIn("HTTP_CONTENT_TYPE", environ)

    def test_one_thread_is_not_multithreaded(self) -> None:
        with Caller("plain:app", "--threads", "1") as caller:
            self.assertIs(json.loads(caller.get("/environ").text)["wsgi.multithread"], False)


class InputTest(unittest.TestCase):
    caller: Caller

    @classmethod
    def setUpClass(cls) -> None:
        cls.caller = Caller("plain:app")
        cls.addClassCleanup(cls.caller.close)

    def test_an_inline_body_is_read_without_credit(self) -> None:
        received = self.caller.next(self.caller.ask("POST", "/digest", b"abc"))
        self.assertEqual(received.type, RESPONSE)
        self.assertEqual(received.inline().decode(), f"3 {hashlib.sha256(b'abc').hexdigest()}")

    def test_no_body_reads_as_an_empty_one(self) -> None:
        for body in (None, b"", {"length": 0}):
            self.assertTrue(
                self.caller.answer(self.caller.ask("POST", "/digest", body)).text.startswith("0 ")
            )

    def test_1_mib_comes_by_credit_of_256_kib_at_most(self) -> None:
        octets = bytes(range(256)) * 4_096
        for length in (len(octets), None):
            call = self.caller.ask("POST", "/digest", {"length": length})
            most = self.caller.send_body(call, octets)
            self.assertEqual(
                self.caller.answer(call).text, f"{len(octets)} {hashlib.sha256(octets).hexdigest()}"
            )
            self.assertLessEqual(most, 262_144)

    def test_a_file_is_read_in_every_way_wherever_it_is_cut(self) -> None:
        body = b"abcdef\nsecond\nthird\nfourth"
        expected = repr([b"abc", b"def\n", b"se", [b"cond\n"], [b"third\n", b"fourth"], b"", b""])
        self.assertEqual(self.caller.answer(self.caller.ask("POST", "/pieces", body)).text, expected)
        for piece in (1, 4, 100):
            call = self.caller.ask("POST", "/pieces", {"length": None})
            self.caller.send_body(call, body, piece)
            self.assertEqual(self.caller.answer(call).text, expected)

    def test_a_body_that_is_not_read_is_not_asked_for(self) -> None:
        call = self.caller.ask("POST", "/unread", {"length": 10**9})
        self.assertEqual(self.caller.answer(call).text, "not read")
        self.assertEqual(self.caller.waiting(call), 0)

    def test_what_an_app_leaves_unread_is_not_asked_for(self) -> None:
        with Caller("plain:app") as caller:
            call = caller.ask("POST", "/ahead", {"length": 300_000})
            granted = int.from_bytes(caller.next(call).payload, "big")
            self.assertEqual(granted, 262_144)
            for _ in range(4):
                caller.send(DATA, call, b"x" * 65_536)
            self.assertEqual(caller.next(call).type, RESPONSE)
            caller.credit(call, 100)
            self.assertEqual(caller.next(call).payload, b"read 1;")
            caller.get("/open")
            rest = int.from_bytes(caller.next(call).payload, "big")
            self.assertEqual(granted + rest, 300_000)
            caller.send(DATA, call, b"x" * rest)
            caller.send(END, call, b'["x-trailer","ignored"]')
            self.assertEqual(caller.next(call).payload, b"read 299999")

    def test_the_rest_of_a_body_whose_call_is_over_is_ignored(self) -> None:
        call = self.caller.ask("POST", "/unread", {"length": 10})
        self.caller.answer(call)
        self.caller.send(DATA, call, b"crossed")
        self.caller.send(END, call)
        self.caller.credit(call, 5)
        self.caller.cancel(call)
        self.assertEqual(self.caller.get("/hello").body, b"hello")

    def test_reading_the_body_of_another_call_fails(self) -> None:
        self.assertEqual(self.caller.answer(self.caller.ask("POST", "/kept", b"mine")).text, "b'mine'")
        failure = self.caller.failure(self.caller.ask("POST", "/kept", b"mine too"))
        self.assertEqual(failure["code"], "app_failed")
        self.caller.logged("CallOver: its answer is complete")

    def test_a_cancel_wakes_a_reader_with_an_oserror(self) -> None:
        call = self.caller.ask("POST", "/reading", {"length": None})
        self.assertEqual(self.caller.next(call).type, CREDIT)
        self.caller.cancel(call, "client reset")
        self.caller.logged("reading ended: cancelled: client reset")
        self.assertEqual(self.caller.get("/hello").body, b"hello")
        self.assertEqual(self.caller.waiting(call), 0)

    def test_the_end_of_the_link_wakes_a_reader_with_an_oserror(self) -> None:
        caller = Caller("plain:app")
        self.addCleanup(caller.close)
        call = caller.ask("POST", "/reading", {"length": None})
        self.assertEqual(caller.next(call).type, CREDIT)
        caller.hang_up()
        self.assertEqual(caller.exit_status(), 0)
        self.assertIn("reading ended: the link is lost", caller.log)

    def test_carried_keys_are_read_and_what_is_set_or_changed_goes_back(self) -> None:
        answer = self.caller.get("/context", context={"kept": "a", "seen": [0]})
        self.assertEqual(answer.text, '{"kept": "a", "seen": [0]}')
        self.assertEqual(answer.head["context"], {"seen": [0, 1], "set": "here"})
        self.assertEqual(self.caller.get("/context").text, "{}")  # those of one call alone
        for set_to in ("odd", "object"):
            refused = self.caller.failure(self.caller.ask("GET", f"/context?{set_to}"))
            self.assertEqual(refused["code"], "call_faulty")
            self.assertIn("hagaki.context is no data", refused["detail"]["reason"])


if __name__ == "__main__":
    unittest.main()
