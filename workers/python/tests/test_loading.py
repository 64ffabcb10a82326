"""How an app is named, and what a worker says that cannot load it."""

from __future__ import annotations

import sys
import unittest

from caller import APPS, FAILED, Caller


class NamesTest(unittest.TestCase):
    def test_names_attributes_and_factories(self) -> None:
        for name, said in (
            ("factories", "application"),
            ("factories:site.app", "site"),
            ("factories:create_app()", "factory"),
            ("factories:create_app('named', suffix='!')", "named!"),
        ):
            with Caller(name) as caller:
                self.assertEqual(caller.get("/").text, said)


class FailuresTest(unittest.TestCase):
    def fails(self, name: str, reason: str, fix: str, logged: str = "", traced: bool = False) -> None:
        with Caller(name) as caller:
            received = caller.next(0)
            self.assertEqual((received.type, caller.exit_status()), (FAILED, 1))
            detail = {"what": f"wsgi('{name}')", "reason": reason, "fix": fix}
            self.assertEqual(received.json(), {"code": "setup_faulty", "detail": detail})
            self.assertIn(logged or reason, caller.log)
            # A traceback only where it leads to the app's own lines, and then to nothing else.
            self.assertEqual("Traceback" in caller.log, traced)
            self.assertNotIn("importlib", caller.log)
            self.assertNotIn("load.py", caller.log)

    def test_a_package_that_is_not_there(self) -> None:
        fix = "Install it for the interpreter that runs the worker: "
        fix += f"{sys.executable} -m pip install no_such_package"
        reason = "No module named 'no_such_package'"
        self.fails("needs_package:app", reason, fix, "import no_such_package.part", traced=True)

    def test_a_module_that_is_not_there(self) -> None:
        fix = f"Start the worker in the folder that holds nowhere; it runs in {APPS}"
        self.fails("nowhere:app", "No module named 'nowhere'", fix)
        self.fails("nowhere.wsgi:app", "No module named 'nowhere'", fix)

    def test_a_file_instead_of_a_module(self) -> None:
        reason = "No module named 'plain.py'; 'plain' is not a package"
        self.fails("plain.py:app", reason, "Name the module and not its file: plain")

    def test_a_module_that_fails(self) -> None:
        self.fails("fails:app", "RuntimeError: no database", "The traceback stands in the log", traced=True)

    def test_an_attribute_that_is_not_there(self) -> None:
        fix = "It has Site, application, create_app, faulty"
        self.fails("factories:app", "factories has no attribute 'app'", fix)
        self.fails(
            "factories:site.wsgi",
            "factories:site has no attribute 'wsgi'",
            "It has nothing that can be called",
        )

    def test_an_attribute_that_is_no_app(self) -> None:
        fix = "It has Site, application, create_app, faulty"
        self.fails("factories:number", "'number' is of type int and no WSGI app", fix)

    def test_a_factory_that_fails(self) -> None:
        reason = "LookupError: no settings"
        self.fails("factories:faulty()", reason, "The traceback stands in the log", traced=True)

    def test_only_names_and_calls_with_literals_are_evaluated(self) -> None:
        fix = "Write module:app, module:site.app or module:factory()"
        for expression in (
            "create_app(number)",
            "1 + 1",
            "[site][0]",
            "create_app(",
            "create_app({[]: 1})",
            "create_app(**{'a': 1})",
        ):
            reason = f"{expression!r} is neither a name nor a call with literals"
            self.fails(f"factories:{expression}", reason, fix)

    def test_a_module_that_does_not_parse(self) -> None:
        with Caller("not_python:app") as caller:
            detail = caller.next(0).json()["detail"]
            self.assertRegex(detail["reason"], r"^SyntaxError: .*\(not_python.py, line 1\)$")
            self.assertIn(sys.executable, detail["fix"])
            self.assertEqual(caller.exit_status(), 1)

    def test_a_name_that_is_none(self) -> None:
        for name in (":app", "a b:app", "../x:app"):
            with Caller(name) as caller:
                self.assertRegex(caller.next(0).json()["detail"]["reason"], "is no module name")
                self.assertEqual(caller.exit_status(), 1)


if __name__ == "__main__":
    unittest.main()
