"""
Handlers: functions on data, with metadata. `docs/python-handlers.md`; `src/handler/verbs.ts` has the same verbs.

    @creates("/notes", accepts={...}, returns={...})
    def add(note, context): ...
"""

from __future__ import annotations

import inspect
import re
from typing import Any, Callable, Final, Mapping, NamedTuple, Optional, Sequence

from hagaki.handlers.paths import Template
from hagaki.handlers.refused import FailureType, SetupFaulty, schema_of
from hagaki.handlers.schema import JsonSchema, Schema
from hagaki.handlers.texts import Members, members_of


class Verb(NamedTuple):
    method: str
    status: int  # of an answer with data; one without any is 204
    rest: str  # where members are that the path does not hold: "query" or "body"


VERBS: Final[Mapping[str, Verb]] = {
    "reads": Verb("GET", 200, "query"),
    "creates": Verb("POST", 201, "body"),
    "replaces": Verb("PUT", 200, "body"),
    "updates": Verb("PATCH", 200, "body"),
    "deletes": Verb("DELETE", 200, "query"),
    "acts": Verb("POST", 200, "body"),
}
DEFAULT_LIMIT: Final = 1_048_576  # octets of a body
_SIZE = re.compile(r"([0-9]{1,15})(b|kb|mb|gb)?", re.IGNORECASE)
_UNITS: Final = {"": 1, "b": 1, "kb": 1_024, "mb": 1_048_576, "gb": 1_073_741_824}


class Guard(NamedTuple):
    """Lets a call through with a value, or raises a failure. It decides from the head alone."""

    name: str
    decide: Callable[[Any], Any]
    errors: tuple[FailureType, ...]


def guard(name: str, *, errors: Sequence[FailureType] = ()) -> Callable[[Callable[[Any], Any]], Guard]:
    """
    Makes a guard of a function: `@guard("member", errors=[Nobody])`. It is given the head of the call, with
    method, path, query, headers and client, and what it returns is a member of the context.
    """
    return lambda decide: Guard(name, decide, tuple(errors))


class Handler:
    def __init__(self, verb: str, path: str, run: Callable[..., Any], spec: Mapping[str, Any]) -> None:
        """SetupFaulty."""
        what = f"{verb}({path!r})"
        self.verb = verb
        self.meaning = VERBS[verb]
        self.template = Template(path)
        self.run = run
        self.takes_context = _takes_context(run, what)
        self.accepts = _schema(f"accepts of {what}", spec["accepts"])
        self.returns = _schema(f"returns of {what}", spec["returns"])
        self.errors: tuple[FailureType, ...] = tuple(spec["errors"])
        self.guards: Mapping[str, Guard] = dict(spec["guards"] or {})
        self.limit: Optional[int] = None if spec["limit"] is None else size(spec["limit"], what)
        self.summary, self.description = spec["summary"], spec["description"]
        self.deprecated = bool(spec["deprecated"])
        self.members: Optional[Members] = None if self.accepts is None else members_of(self.accepts)
        self.body = self._binding(what)

    def __call__(self, *args: Any) -> Any:
        """The function itself, for tests and for other handlers."""
        return self.run(*args)

    def _binding(self, what: str) -> str:
        """What the body is: "nothing", "members" of the input, or the "whole" input."""
        rest, names = self.meaning.rest, self.template.names
        if self.accepts is not None and self.members is None:
            if rest == "query":
                fix = "Accept an object: each name in the path or the query is a member of it"
                raise SetupFaulty(what, "accepts is no object", fix)
            if names:
                raise SetupFaulty(what, "accepts is no object, and its path has names", "Accept an object of those")
            return "whole"
        known = {} if self.members is None else self.members.named
        for name in names:
            if name not in known:
                raise SetupFaulty(what, f"{{{name}}} in its path is no member of accepts", f"Add {name} to accepts")
            if not known[name].is_single:
                raise SetupFaulty(what, f"{{{name}}} in its path is no single value", "Name a text or a number")
        if self.members is None:
            return "nothing"
        if rest == "query":
            for name, form in known.items():
                if name not in names and not form.is_writable:
                    raise SetupFaulty(what, f"member {name} has no text for a query", "Use a verb with a body")
            return "nothing"
        holds_more = not known or len(known) > len(names) or self.members.others is not None
        return "members" if holds_more else "nothing"


Decorator = Callable[[Callable[..., Any]], Handler]


def _maker(verb: str) -> Callable[..., Decorator]:
    def make(
        path: str,
        *,
        accepts: Optional[JsonSchema] = None,
        returns: Optional[JsonSchema] = None,
        errors: Sequence[FailureType] = (),
        guards: Optional[Mapping[str, Guard]] = None,
        limit: Optional[int | str] = None,
        summary: Optional[str] = None,
        description: Optional[str] = None,
        deprecated: bool = False,
    ) -> Decorator:
        spec = {
            "accepts": accepts,
            "returns": returns,
            "errors": errors,
            "guards": guards,
            "limit": limit,
            "summary": summary,
            "description": description,
            "deprecated": deprecated,
        }
        return lambda run: Handler(verb, path, run, spec)

    make.__name__ = verb
    make.__doc__ = f"A handler that {verb}: `@{verb}(path, accepts=..., returns=..., errors=[...])`. SetupFaulty."
    return make


reads = _maker("reads")
creates = _maker("creates")
replaces = _maker("replaces")
updates = _maker("updates")
deletes = _maker("deletes")
acts = _maker("acts")


def size(given: int | str, what: str) -> int:
    """Octets of "16kb", or as they stand. SetupFaulty."""
    match = _SIZE.fullmatch(str(given))
    if match is None:
        raise SetupFaulty(what, f"{given!r} is no size", 'Write octets, or such as "16kb"')
    return int(match[1]) * _UNITS[(match[2] or "").lower()]


def _schema(what: str, schema: Optional[JsonSchema]) -> Optional[Schema]:
    return None if schema is None else schema_of(what, schema)


def _takes_context(run: Callable[..., Any], what: str) -> bool:
    try:
        count = len(inspect.signature(run).parameters)
    except (TypeError, ValueError) as error:
        raise SetupFaulty(what, "it is no function", "Put it above a function") from error
    if count not in (1, 2) or inspect.iscoroutinefunction(run):
        raise SetupFaulty(what, "its function does not take data", "Write def name(data) or def name(data, context)")
    return count == 2
