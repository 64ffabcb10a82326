"""Both sides by the book: an app within `wsgiref.validate`, which checks server and app."""

from __future__ import annotations

import unittest

from caller import CREDIT, DATA, END, Caller


class ValidatorTest(unittest.TestCase):
    def test_get_post_and_head(self) -> None:
        with Caller("checked:app") as caller:
            answer = caller.get("/path?query", mount="/mount", headers={"x-a": "b"})
            self.assertEqual((answer.status, answer.body), (200, b"got "))
            self.assertEqual(caller.answer(caller.ask("POST", "/", b"body")).body, b"got body")
            self.assertEqual(caller.answer(caller.ask("POST", "/", b"")).body, b"got ")

            call = caller.ask("POST", "/", {"length": None})
            self.assertEqual(caller.next(call).type, CREDIT)
            caller.send(DATA, call, b"body")
            caller.send(END, call)
            self.assertEqual(caller.answer(call).body, b"got body")

            answer = caller.answer(caller.ask("HEAD", "/"))
            self.assertEqual((answer.status, answer.head["body"]), (200, None))

            caller.hang_up()
            self.assertEqual(caller.exit_status(), 0)
            # It complains there about a body that was not closed, and about doubtful values.
            self.assertEqual(caller.log, "")


if __name__ == "__main__":
    unittest.main()
