"""
Finds the app: `module:app`, `module:site.app`, `module:factory()`, `module:factory('production')`.

    in     the name; modules are looked for in the working folder first
    out    a callable
    raises LoadFailure, with what would help

Without a name after the module, `app` is taken, else `application`.
"""

from __future__ import annotations

import ast
import importlib
import os
import sys
from types import FunctionType, ModuleType
from typing import Any, Optional

from hagaki.fault import LoadFailure
from hagaki.wsgi import WsgiApp

_MAX_REASON = 500  # characters
_MAX_NAMES = 12
_SEE = "The traceback stands in the log"


def load_app(name: str) -> WsgiApp:
    return app_of(load_member(name), name)


def app_of(target: Any, name: str) -> WsgiApp:
    """What was loaded by a name, as an app. LoadFailure for what is none."""
    if not callable(target):
        module_name, _, expression = name.partition(":")
        module = _module(module_name)
        reason = f"{expression or _default(module)!r} is of type {type(target).__name__} and no WSGI app"
        raise LoadFailure(reason, _names(module))
    app: WsgiApp = target
    return app


def load_member(name: str, default: Optional[str] = None) -> Any:
    """What a module holds. Without a name after the module, `default`. LoadFailure."""
    module_name, _, expression = name.partition(":")
    if not all(part.isidentifier() for part in module_name.split(".")):
        raise LoadFailure(f"{module_name!r} is no module name", "Write module:app, such as flask_app:app")
    module = _module(module_name)
    return _value(module, _parsed(expression or default or _default(module)), module_name)


def _module(name: str) -> ModuleType:
    folder = os.getcwd()
    if sys.path[:1] != [folder]:
        sys.path.insert(0, folder)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise LoadFailure(_one_line(error), _missing(name, error.name or "", folder)) from error
    except SyntaxError as error:
        fix = f"Correct it, or use another interpreter than Python {sys.version.split()[0]}, {sys.executable}"
        raise LoadFailure(f"SyntaxError: {_one_line(error)}", fix) from error
    except (Exception, SystemExit) as error:
        raise _failed(error) from error


def _missing(name: str, missing: str, folder: str) -> str:
    top = missing.partition(".")[0]
    if missing == name and name.endswith(".py"):
        return f"Name the module and not its file: {name[:-3]}"
    if missing == name or name.startswith(f"{missing}."):
        return f"Start the worker in the folder that holds {top}; it runs in {folder}"
    # The distribution may have another name than the module; pip's message then says so.
    install = f"Install it for the interpreter that runs the worker: {sys.executable} -m pip install {top}"
    unused = _unused_environment(folder)
    return install if unused is None else f"{install}. Or run it by the environment here: venv: '{unused}'"


def _unused_environment(folder: str) -> Optional[str]:
    """A virtual environment that lies beside the app, and is not the one that runs."""
    for name in (".venv", "venv", "env"):
        there = os.path.join(folder, name)
        if os.path.exists(os.path.join(there, "pyvenv.cfg")) and not os.path.samefile(there, sys.prefix):
            return name
    return None


def _default(module: ModuleType) -> str:
    return "application" if not hasattr(module, "app") and hasattr(module, "application") else "app"


def _parsed(expression: str) -> ast.expr:
    try:
        return ast.parse(expression, mode="eval").body
    except Exception as error:
        raise _no_expression(expression) from error


def _value(module: ModuleType, node: ast.expr, owner: str) -> Any:
    """What an expression of names, attributes and calls with literals stands for. Nothing else is run."""
    if isinstance(node, ast.Name):
        return _attribute(module, node.id, owner)
    if isinstance(node, ast.Attribute):
        return _attribute(_value(module, node.value, owner), node.attr, f"{owner}:{ast.unparse(node.value)}")
    if isinstance(node, ast.Call):
        factory = _value(module, node.func, owner)
        try:
            if any(keyword.arg is None for keyword in node.keywords):
                raise ValueError("**")
            positional = [ast.literal_eval(value) for value in node.args]
            named = {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in node.keywords}
        except Exception as error:
            raise _no_expression(ast.unparse(node)) from error
        try:
            return factory(*positional, **named)
        except (Exception, SystemExit) as error:
            raise _failed(error) from error
    raise _no_expression(ast.unparse(node))


def _attribute(owner: Any, name: str, owner_name: str) -> Any:
    try:
        return getattr(owner, name)
    except AttributeError as error:
        raise LoadFailure(f"{owner_name} has no attribute {name!r}", _names(owner)) from error
    except Exception as error:
        raise _failed(error) from error


def _failed(error: BaseException) -> LoadFailure:
    return LoadFailure(f"{type(error).__name__}: {_one_line(error)}", _SEE)


def _no_expression(expression: str) -> LoadFailure:
    return LoadFailure(
        f"{expression!r} is neither a name nor a call with literals",
        "Write module:app, module:site.app or module:factory()",
    )


def _names(owner: Any) -> str:
    """What one might have meant: public callables, but for the classes and functions it imported."""
    own = getattr(owner, "__name__", None)
    names = [
        name
        for name, value in sorted(getattr(owner, "__dict__", {}).items())
        if not name.startswith("_")
        and callable(value)
        and (not isinstance(value, (type, FunctionType)) or value.__module__ == own)
    ]
    return f"It has {', '.join(names[:_MAX_NAMES])}" if names else "It has nothing that can be called"


def _one_line(error: BaseException) -> str:
    """The first line of a message, without the full stop."""
    text = str(error).strip() or "no message"
    return text.splitlines()[0][:_MAX_REASON].rstrip(".")
