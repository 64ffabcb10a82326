"""
Handlers: functions on data, with metadata. `docs/python-handlers.md`; `src/handler/verbs.ts` has the same verbs.

    @creates("/notes", accepts={...}, returns={...})
    def add(note, context): ...

What metadata may be, the gateway checks at boot, in one place for all languages. Here is checked what it cannot see.
"""

from __future__ import annotations

import inspect
from typing import Any, Callable, Final, Mapping, NamedTuple, Optional, Sequence, Union

from hagaki.handlers.refused import FailureType, SetupFaulty
from hagaki.handlers.resource import Resource, check_uses, count_of, is_async
from hagaki.handlers.shapes import Format, Items, Parts, Raw, Shape, Source, Text, flow_of, formats_of, shape_of, source_of

METHODS: Final[Mapping[str, str]] = {
    "reads": "GET",
    "creates": "POST",
    "replaces": "PUT",
    "updates": "PATCH",
    "deletes": "DELETE",
    "acts": "POST",
}


class Guard(NamedTuple):
    """Lets a call through with a value, or raises a failure. It decides from the head alone."""

    name: str
    decide: Callable[..., Any]
    errors: tuple[FailureType, ...]
    uses: Mapping[str, Resource]
    guards: Mapping[str, "Guard"]  # which decide before it

    @property
    def is_async(self) -> bool:
        return is_async(self.decide)


def guard(
    name: str,
    *,
    uses: Optional[Mapping[str, Union[Resource, Guard]]] = None,
    errors: Sequence[FailureType] = (),
) -> Callable[[Callable[..., Any]], Guard]:
    """
    Makes a guard of a function: `@guard("member", errors=[Nobody])`. It is given the head of the call, with
    method, path, query, headers and client, and with `uses` behind it the resources, and what other guards have
    decided. What it returns is data, and a member of the context.
    """

    def make(decide: Callable[..., Any]) -> Guard:
        what = f"guard({name!r})"
        check_uses(uses or {}, what, {"resource": Resource, "guard": Guard})
        if not callable(decide) or inspect.isgeneratorfunction(decide) or inspect.isasyncgenfunction(decide):
            raise SetupFaulty(what, "it is no function that returns", "Write def name(head)")
        if uses and count_of(decide) != 2:
            raise SetupFaulty(what, "it does not take what it uses", "Write def name(head, used)")
        guards = {member: one for member, one in (uses or {}).items() if isinstance(one, Guard)}
        resources = {member: one for member, one in (uses or {}).items() if isinstance(one, Resource)}
        return Guard(name, decide, tuple(errors), resources, guards)

    return make


def guards_of(guards: Mapping[str, Guard]) -> list[Guard]:
    """These and those that they use, in the order they decide; no circle: what one uses was made before."""
    found: list[Guard] = []
    for one in guards.values():
        found += [each for each in (*guards_of(one.guards), one) if not any(each is before for before in found)]
    return found


class Handler:
    def __init__(self, verb: str, path: str, run: Callable[..., Any], spec: Mapping[str, Any]) -> None:
        """SetupFaulty."""
        what = f"{verb}({path!r})"
        self.verb = verb
        self.path = path
        self.run = run
        self.takes_context = _takes_context(run, what)
        self.is_async = is_async(run)
        self.errors: tuple[FailureType, ...] = tuple(spec["errors"])
        self.guards: Mapping[str, Guard] = dict(spec["guards"] or {})
        self.uses: Mapping[str, Resource] = dict(spec["uses"] or {})
        _check_members(self, what)
        self.accepts: Optional[Shape] = _data(spec, "accepts", what)
        self.body: Optional[Shape] = _data(spec, "body", what)
        self.returns: Optional[Shape] = _data(spec, "returns", what)
        self.takes: Union[None, Raw, Items, Parts] = _takes(spec["takes"], what)
        self.gives: Union[None, Raw, Items] = _gives(spec["gives"], what)
        sources: Mapping[str, Source] = spec["sources"] or {}
        if callable(spec["version"]):
            raise SetupFaulty(what, "its version is a function", "Name the member that is the version")
        said = {
            "accepts": None if self.accepts is None else shape_of(self.accepts),
            "body": None if self.body is None else shape_of(self.body),
            "returns": None if self.returns is None else shape_of(self.returns),
            "takes": None if self.takes is None else flow_of(self.takes),
            "gives": None if self.gives is None else flow_of(self.gives),
            "from": {member: source_of(one) for member, one in sources.items()} or None,
            "formats": formats_of(spec["formats"]),
            **{name: spec[name] for name in _PLAIN},
        }
        self.offer = {"verb": verb, **{member: value for member, value in said.items() if value is not None}}

    def __call__(self, *args: Any) -> Any:
        """The function itself, for tests and for other handlers."""
        return self.run(*args)


_PLAIN: Final = (
    "limit",
    "version",
    "fresh",
    "location",
    "summary",
    "description",
    "deprecated",
)
Decorator = Callable[[Callable[..., Any]], Handler]


def _maker(verb: str) -> Callable[..., Decorator]:
    def make(
        path: str,
        *,
        accepts: Optional[Shape] = None,
        body: Optional[Shape] = None,
        returns: Optional[Shape] = None,
        takes: Union[None, Raw, Items, Parts] = None,
        gives: Union[None, Raw, Items] = None,
        errors: Sequence[FailureType] = (),
        guards: Optional[Mapping[str, Guard]] = None,
        uses: Optional[Mapping[str, Resource]] = None,
        sources: Optional[Mapping[str, Source]] = None,
        formats: Optional[Sequence[Union[str, Format]]] = None,
        limit: Optional[int | str] = None,
        version: Optional[str] = None,
        fresh: Union[None, int, str, Mapping[str, Any]] = None,
        location: Optional[str] = None,
        summary: Optional[str] = None,
        description: Optional[str] = None,
        deprecated: Optional[bool] = None,
    ) -> Decorator:
        spec = {name: value for name, value in locals().items() if name != "path"}
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


def _data(spec: Mapping[str, Any], name: str, what: str) -> Optional[Shape]:
    shape = spec[name]
    if shape is None or isinstance(shape, (Mapping, Raw, Text)):
        return shape
    fix = "Write a JSON Schema, raw() or text(); items flow, in takes and gives"
    raise SetupFaulty(what, f"its {name} is no schema", fix)


def _takes(flow: Any, what: str) -> Union[None, Raw, Items, Parts]:
    if flow is None or isinstance(flow, (Raw, Items, Parts)):
        return flow
    raise SetupFaulty(what, "its takes is nothing that flows", "Write raw(), items(schema) or parts()")


def _gives(flow: Any, what: str) -> Union[None, Raw, Items]:
    if flow is None or isinstance(flow, (Raw, Items)):
        return flow
    raise SetupFaulty(what, "its gives is nothing that flows", "Write raw() or items(schema)")


# What a context has of its own.
_CONTEXT: Final = ("carried", "resume", "seconds_left", "is_over")


def _check_members(handler: Handler, what: str) -> None:
    check_uses(handler.uses, what)
    if handler.uses and not handler.takes_context:
        raise SetupFaulty(what, "its function takes no context, where what it uses is", "Write def name(data, context)")
    for member in (*handler.guards, *handler.uses):
        if member in _CONTEXT or (member in handler.guards and member in handler.uses):
            raise SetupFaulty(what, f"its context has another member {member!r}", "Give one another name")


def _takes_context(run: Callable[..., Any], what: str) -> bool:
    count = count_of(run)
    if count is None:
        raise SetupFaulty(what, "it is no function", "Put it above a function")
    if count not in (1, 2):
        raise SetupFaulty(what, "its function does not take data", "Write def name(data) or def name(data, context)")
    return count == 2
