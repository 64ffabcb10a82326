"""Resources: opened at boot in their order, closed after the drain in reverse, and what breaks on the way."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import unittest
from typing import Any
from unittest import mock

from caller import APPS, FAILED, HELLO, Caller

from hagaki.handlers import SetupFaulty, guard, local, reads, resource, service

HEAD = {"method": "GET", "path": "/me", "query": None, "headers": {"x-token": "t1"}, "client": None, "protocol": "http"}
LINE = {"data": None, "guards": {"user": "anna"}, "resume": None}
CLOSED = ["close cards", "close db, on its own thread: True"]


def started(breaks: str = "", kind: str = "handlers") -> Caller:
    with mock.patch.dict(os.environ, {"BREAKS": breaks}):
        return Caller("resources", kind=kind, hello=False)


def greeted(breaks: str = "", kind: str = "handlers") -> Caller:
    caller = started(breaks, kind)
    caller.send(HELLO, 0, json.dumps({"v": 1, "role": "caller", "name": "test", "inline": 65_536}).encode())
    return caller


def said(caller: Caller) -> list[str]:
    """What the resources said of themselves."""
    lines = [line[len("hagaki: ") :] for line in caller.log.splitlines() if line.startswith("hagaki: ")]
    return [line for line in lines if line.startswith(("open ", "close "))]


class LifeTest(unittest.TestCase):
    def test_they_are_open_before_hello_and_closed_in_reverse_when_the_link_ends(self) -> None:
        with greeted() as caller:
            self.assertEqual(caller.next(0).type, HELLO)
            caller.logged("open cards")
            self.assertEqual(said(caller), ["open settings", "open db hi", "open cards"])
            _, body, _ = caller.result(caller.call("inner.counted", LINE))
            self.assertEqual(json.loads(body), ["anna", [1], "hi"])
            _, body, _ = caller.result(caller.call("hagaki:guard", {"guard": "member", "head": HEAD, "used": {}}))
            self.assertEqual(json.loads(body), "anna")
            caller.hang_up()
            self.assertEqual(caller.exit_status(), 0)
            self.assertEqual(said(caller)[3:], CLOSED)

    def test_they_are_closed_on_sigterm_behind_the_calls_and_behind_one_that_does_not_end(self) -> None:
        with greeted() as caller:
            caller.next(0)
            caller.call("hangs", LINE)
            caller.logged("hanging")
            caller.process.send_signal(signal.SIGTERM)
            self.assertEqual(caller.exit_status(), 0)
            self.assertEqual(said(caller)[3:], CLOSED)

    def test_what_only_says_what_it_offers_opens_none(self) -> None:
        with greeted("open db", kind="offer") as caller:
            self.assertEqual(caller.next(0).type, HELLO)
            _, body, _ = caller.result(caller.call("hagaki:offer"))
            self.assertIn("me", json.loads(body)["handlers"])
            self.assertEqual(caller.failure(caller.call("hangs", LINE))["code"], "call_refused")
            caller.hang_up()
            self.assertEqual((caller.exit_status(), said(caller)), (0, []))


class BreaksTest(unittest.TestCase):
    def refused(self, breaks: str) -> tuple[dict[str, Any], list[str]]:
        with started(breaks) as caller:
            failed = caller.next(0)
            self.assertEqual((failed.type, failed.json()["code"]), (FAILED, "setup_faulty"))
            self.assertEqual(caller.exit_status(), 1)
            return failed.json()["detail"], said(caller)

    def test_one_that_does_not_open_is_named_and_those_before_it_are_closed(self) -> None:
        detail, lines = self.refused("open db")
        self.assertEqual(detail["what"], "python('resources')")
        self.assertEqual(detail["reason"], 'Resource "db": OSError: open db: no such host')
        self.assertIn("mend what it opens", detail["fix"])
        self.assertEqual(lines, ["open settings"])
        detail, lines = self.refused("open cards")
        self.assertIn('Resource "cards"', detail["reason"])
        self.assertEqual(lines, ["open settings", "open db hi", CLOSED[1]])

    def test_one_that_hangs_is_named_as_well(self) -> None:
        detail, _ = self.refused("db hangs")
        self.assertEqual(detail["reason"], 'Resource "db": it is not open after 0.2 s')

    def test_one_that_yields_nothing_is_refused(self) -> None:
        detail, lines = self.refused("no cards")
        self.assertEqual(detail["reason"], 'Resource "cards": RuntimeError: it yields nothing')
        self.assertEqual(lines[3:], [CLOSED[1]])

    def test_one_that_does_not_close_is_logged_and_stops_no_other(self) -> None:
        table = [
            ("close db", 'Resource "db" did not close'),
            ("db stays", 'Resource "db" is not closed after'),
            ("twice", 'Resource "cards" yields more than once'),
        ]
        for breaks, told in table:
            with self.subTest(breaks), greeted(breaks) as caller:
                caller.next(0)
                caller.hang_up()
                self.assertEqual(caller.exit_status(), 0)
                self.assertIn(told, caller.log)
                self.assertIn("close cards", said(caller))
                self.assertEqual(CLOSED[1] in said(caller), breaks == "twice")


class LocalTest(unittest.TestCase):
    app: Any

    @classmethod
    def setUpClass(cls) -> None:
        sys.path.insert(0, str(APPS))
        import resources

        cls.app = resources
        sys.path.remove(str(APPS))

    def logs(self) -> list[str]:
        return [call.args[0] for call in self.say.call_args_list]

    def setUp(self) -> None:
        patched = mock.patch.object(self.app, "say")
        self.say = patched.start()
        self.addCleanup(patched.stop)

    def test_values_stand_in_for_resources_and_guards_and_what_they_alone_use_is_not_opened(self) -> None:
        with local(self.app.service, {"cards": ["fake"], "user": "bob", "config": {"greeting": "ho"}}) as api:
            self.assertEqual(api.inner.counted(), ["bob", ["fake"], "ho"])
            self.assertEqual(api.me(), "bob")
        self.assertEqual(self.logs(), [])

    def test_a_value_is_what_others_use_as_well(self) -> None:
        with local(self.app.service, {"db": {"users": {"t": "eve"}}}, headers={"x-token": "t"}) as api:
            self.assertEqual(api.inner.counted(), ["eve", [1], "hi"])
            self.assertEqual(self.logs(), ["open cards", "open settings"])
        self.assertEqual(self.logs()[2:], ["close cards"])

    def test_what_is_not_replaced_is_as_it_is_in_production(self) -> None:
        with local(self.app.service) as api:
            with self.assertRaises(Exception) as raised:
                api.me()
            self.assertTrue(self.app.Nobody.matches(raised.exception))
        with self.assertRaises(SetupFaulty) as refused:
            local(self.app.service, {"bd": 1})
        self.assertIn("no guard or resource is called 'bd'", str(refused.exception))
        with local(self.app.service) as api, self.assertRaisesRegex(AttributeError, "no handler 'you': it has me, "):
            api.you()


class GuardsTest(unittest.TestCase):
    def test_what_a_guard_uses_decides_once_and_before_it_and_a_value_stands_in_for_it(self) -> None:
        said: list[str] = []

        @resource
        def names() -> Any:
            said.append("names")
            return {"1": "anna"}

        @guard("who", uses={"names": names})
        def who(head: Any, used: Any) -> Any:
            said.append("who")
            return used.names[head.headers["x"]]

        @guard("loud", uses={"name": who})
        def loud(head: Any, used: Any) -> Any:
            return used.name.upper()

        @reads("/it", returns={}, guards={"loud": loud, "name": who})
        def it(_: Any, context: Any) -> Any:
            return [context.loud, context.name]

        made = service({"it": it})
        self.assertEqual(made.offer["guards"]["loud"], {"errors": {}, "uses": {"name": "who"}})
        with local(made, headers={"x": "1"}) as api:
            self.assertEqual(api.it(), ["ANNA", "anna"])
        self.assertEqual(said, ["names", "who"])
        with local(made, {"name": "bob"}) as api:
            self.assertEqual(api.it(), ["BOB", "bob"])
        self.assertEqual(said, ["names", "who"])


class DeclaringTest(unittest.TestCase):
    def test_what_cannot_be_is_refused_with_what_to_write(self) -> None:
        def none() -> Any:
            return 1

        def one(data: Any) -> Any:
            return data

        def two(data: Any, context: Any) -> Any:
            return data

        db = resource(none)
        twice = {"guards": {"db": guard("a")(one)}, "uses": {"db": db}}
        table: list[tuple[Any, str]] = [
            (lambda: resource(one), "it is no function of what it uses"),
            (lambda: resource(uses={"db": db})(none), "it is no function of what it uses"),
            (lambda: resource(uses={"db": none})(one), "its uses are not resources by name"),
            (lambda: resource(uses=[db])(one), "its uses are not resources by name"),
            (lambda: resource(timeout=0)(none), "its timeout is 0"),
            (lambda: resource(timeout=51)(none), "Write seconds, up to 50"),
            (lambda: guard("a", uses={"db": db})(one), "it does not take what it uses"),
            (lambda: guard("a", uses={"db": none})(two), "its uses are not resources or guards by name"),
            (lambda: guard("a", uses={"who": guard("b")(one)})(one), "it does not take what it uses"),
            (lambda: reads("/a", uses={"who": guard("b")(one)})(two), "its uses are not resources by name"),
            (lambda: reads("/a", uses={"db": db})(one), "its function takes no context"),
            (lambda: reads("/a", uses={"db": none})(two), "its uses are not resources by name"),
            (lambda: reads("/a", uses={"resume": db})(two), "its context has another member 'resume'"),
            (lambda: reads("/a", **twice)(two), "its context has another member 'db'"),
        ]
        for make, told in table:
            with self.subTest(told), self.assertRaises(SetupFaulty) as refused:
                make()
            self.assertIn(told, str(refused.exception))

    def test_all_have_less_time_together_than_a_worker_has_to_begin(self) -> None:
        held = threading.Event()
        self.addCleanup(held.set)
        slow = resource(lambda: held.wait(60))
        handler = reads("/a", uses={"slow": slow})(lambda data, context: data)
        with mock.patch("hagaki.handlers.opened.MOST_SECONDS", 0.1), self.assertRaises(SetupFaulty) as refused:
            local(service({"a": handler}))
        self.assertIn('Resource "slow": it is not open after 0.1 s', str(refused.exception))

    def test_a_context_manager_is_no_value(self) -> None:
        @resource
        @contextlib.contextmanager
        def db() -> Any:
            yield 1

        with self.assertRaises(SetupFaulty) as refused:
            local(service({"a": reads("/a", uses={"db": db})(lambda data, context: data)}))
        self.assertIn("Take @contextmanager away", str(refused.exception))


if __name__ == "__main__":
    unittest.main()
