"""
A service: handlers by name, with the contract that callers know it by.

`src/handler/contract.ts` is the form, and `src/wire/frames/mark.ts` the mark.
"""

from __future__ import annotations

import json
from typing import Any, Final, Iterator, Mapping, NamedTuple, Optional, Union

from hagaki.handlers.handler import Guard, Handler
from hagaki.handlers.paths import Router, Template
from hagaki.handlers.refused import FailureType, SetupFaulty
from hagaki.handlers.texts import words_of

JSON_TYPE: Final = "application/json"


class Plan(NamedTuple):
    """A handler where it stands in its service."""

    name: str
    handler: Handler
    template: Template  # prefix and path together
    failures: Mapping[str, FailureType]  # its own and those of its guards
    contract: Mapping[str, Any]


class Service:
    def __init__(self, parts: Mapping[str, Union[Handler, "Service"]], prefix: str = "") -> None:
        """SetupFaulty, naming the handler and what to change."""
        if prefix and not prefix.startswith("/"):
            raise SetupFaulty("service(...)", f"its prefix {prefix!r} is no path", 'Write it like "/v1"')
        self.prefix = prefix.rstrip("/")
        self.parts = dict(parts)
        self.plans: dict[str, Plan] = {}
        self.router: Router[Plan] = Router()
        for name, handler, path in self._flat(""):
            plan = _plan(name, handler, Template(path))
            self.plans[name] = plan
            self.router.add(name, handler.meaning.method, plan.template, plan)
        self.contract: dict[str, Any] = {
            "hagaki": 1,
            "handlers": {name: plan.contract for name, plan in self.plans.items()},
        }
        self.mark = mark_of(self.contract)

    def _flat(self, above: str) -> Iterator[tuple[str, Handler, str]]:
        for name, part in self.parts.items():
            if not isinstance(name, str) or not name or "." in name:
                raise SetupFaulty(f"service(...) {name!r}", "it is no name", "Name it in letters and digits")
            if isinstance(part, Handler):
                path = part.template.text
                yield name, part, self.prefix if path == "/" and self.prefix else self.prefix + path
            elif isinstance(part, Service):
                for inner, handler, path in part._flat(name):
                    yield f"{name}.{inner}", handler, self.prefix + path
            else:
                what = f"service(...) {name!r}"
                raise SetupFaulty(what, "it is no handler", "Put @reads(...) or another verb above its function")


def service(parts: Mapping[str, Union[Handler, Service]], *, prefix: str = "") -> Service:
    """Handlers, and services, by name. SetupFaulty."""
    return Service(parts, prefix)


def mark_of(contract: Any) -> str:
    """16 hex digits by which two sides see whether they mean the same contract: FNV-1a of 64 bits."""
    number = 0xCBF29CE484222325
    for octet in _sorted(contract).encode("utf-8"):
        number = ((number ^ octet) * 0x100000001B3) & 0xFFFF_FFFF_FFFF_FFFF
    return f"{number:016x}"


def _sorted(data: Any) -> str:
    """JSON as ECMAScript writes it, members in the order of UTF-16 code units (RFC 8785 3.2.3)."""
    if isinstance(data, (list, tuple)):
        return f"[{','.join(map(_sorted, data))}]"
    if isinstance(data, dict):
        names = sorted(data, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return f"{{{','.join(f'{_sorted(name)}:{_sorted(data[name])}' for name in names)}}}"
    if isinstance(data, float) and data == int(data) and abs(data) < 1e21:
        return str(int(data))
    return json.dumps(data, ensure_ascii=False)


def _plan(name: str, handler: Handler, template: Template) -> Plan:
    failures: dict[str, FailureType] = {}
    for declared in (*(each for one in handler.guards.values() for each in one.errors), *handler.errors):
        before = failures.setdefault(declared.code, declared)
        if before is not declared and (before.kind != declared.kind or before.schema is not declared.schema):
            reason = f'it declares two failures "{declared.code}", which callers could not tell apart'
            raise SetupFaulty(f'Handler "{name}"', reason, "Give one another code")
    return Plan(name, handler, template, failures, _described(handler, template, failures))


def _described(handler: Handler, template: Template, failures: Mapping[str, FailureType]) -> dict[str, Any]:
    accepts, returns, members = handler.accepts, handler.returns, handler.members
    takes: Optional[dict[str, Any]] = None
    if handler.body != "nothing":
        takes = {"as": "data", "mediaTypes": [JSON_TYPE], "body": handler.body}
        if handler.body == "whole" and accepts is not None:
            takes["schema"] = _bare(accepts.data)
    said = {
        "verb": handler.verb,
        "path": template.text,
        "summary": handler.summary,
        "description": handler.description,
        "deprecated": True if handler.deprecated else None,
        "accepts": None if accepts is None or handler.body == "whole" else _bare(accepts.data),
        **({} if members is None else words_of(members)),
        "takes": takes,
        "gives": "data",
        "offers": None if returns is None else [JSON_TYPE],
        "returns": None if returns is None else _bare(returns.data),
        "errors": {
            code: {"kind": one.kind, **({} if one.schema is None else {"data": _bare(one.schema.data)})}
            for code, one in failures.items()
        },
        "guards": [one.name for one in guards_of(handler)],
        "limit": handler.limit,
    }
    return {member: value for member, value in said.items() if value is not None}


def guards_of(handler: Handler) -> list[Guard]:
    """In the order they decide, each once."""
    return list(dict.fromkeys(handler.guards.values()))


def _bare(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The dialect is the same for all, and need not be said each time."""
    return {keyword: value for keyword, value in schema.items() if keyword != "$schema"}
