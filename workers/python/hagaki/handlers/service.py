"""
A service: handlers by name, and what it offers: their declarations as plain data, of which a gateway makes the
contract. `src/foreign/offer.ts` is the form, and `src/wire/frames/mark.ts` the mark.
"""

from __future__ import annotations

import json
from typing import Any, Final, Mapping, NamedTuple, Optional, Sequence, Union

from hagaki.handlers.handler import Guard, Handler, guards_of
from hagaki.handlers.refused import FailureType, SetupFaulty
from hagaki.handlers.resource import Resource, in_order
from hagaki.handlers.shapes import Format, formats_of

_NAMES: Final = "Name it in letters, digits and underscores"


class Plan(NamedTuple):
    """A handler where it stands in its service."""

    name: str
    handler: Handler
    failures: Mapping[str, FailureType]  # its own and those of its guards


class Service:
    def __init__(
        self,
        parts: Mapping[str, Union[Handler, "Service"]],
        prefix: Optional[str] = None,
        formats: Optional[Sequence[Union[str, Format]]] = None,
    ) -> None:
        """SetupFaulty, naming the handler and what to change."""
        self.plans: dict[str, Plan] = {}
        self.guards: dict[str, Guard] = {}
        said = {"prefix": prefix, "formats": formats_of(formats)}
        self.said: dict[str, Any] = {
            **{name: value for name, value in said.items() if value is not None},
            "handlers": {},
            "services": {},
        }
        for name, part in parts.items():
            if not isinstance(name, str) or not name.isidentifier():
                raise SetupFaulty(f"service(...) {name!r}", "it is no name", _NAMES)
            if isinstance(part, Handler):
                self._add(name, Plan(name, part, _failures(part)))
                self.said["handlers"][name] = _offered(part)
            elif isinstance(part, Service):
                for inner, plan in part.plans.items():
                    self._add(f"{name}.{inner}", plan._replace(name=f"{name}.{inner}"))
                self.said["services"][name] = part.said
            else:
                what = f"service(...) {name!r}"
                raise SetupFaulty(what, "it is no handler", "Put @reads(...) or another verb above its function")
        self.offer: dict[str, Any] = {
            "hagaki": 1,
            "guards": {name: _offered_guard(one) for name, one in self.guards.items()},
            **self.said,
        }
        try:
            self.mark = mark_of(self.offer)
        except (TypeError, ValueError) as error:
            raise SetupFaulty("service(...)", f"its metadata are no data: {error}", "Write plain dicts") from error

    @property
    def resources(self) -> dict[Resource, str]:
        """What its handlers and their guards use, in the order to open it."""
        handlers = [plan.handler for plan in self.plans.values()]
        asked = [(*(one.uses for one in guards_of(handler.guards)), handler.uses) for handler in handlers]
        return in_order(uses for of_one in asked for uses in of_one)

    @property
    def is_async(self) -> bool:
        """True where something of it runs on an event loop."""
        handlers = (plan.handler for plan in self.plans.values())
        return any(one.is_async for all in (handlers, self.guards.values(), self.resources) for one in all)

    def _add(self, name: str, plan: Plan) -> None:
        self.plans[name] = plan
        for one in guards_of(plan.handler.guards):
            if self.guards.setdefault(one.name, one) is not one:
                reason = f"another guard than its own is called {one.name!r} as well"
                raise SetupFaulty(f'Handler "{name}"', reason, "Give one another name")


def service(
    parts: Mapping[str, Union[Handler, Service]],
    *,
    prefix: Optional[str] = None,
    formats: Optional[Sequence[Union[str, Format]]] = None,
) -> Service:
    """Handlers, and services, by name. SetupFaulty."""
    return Service(parts, prefix, formats)


def mark_of(offer: Any) -> str:
    """16 hex digits by which two sides see whether they mean the same: FNV-1a of 64 bits."""
    text = json.dumps(offer, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
    number = 0xCBF29CE484222325
    for octet in text.encode("utf-8"):
        number = ((number ^ octet) * 0x100000001B3) & 0xFFFF_FFFF_FFFF_FFFF
    return f"{number:016x}"


def _failures(handler: Handler) -> dict[str, FailureType]:
    declared = (*(each for one in guards_of(handler.guards) for each in one.errors), *handler.errors)
    return {one.code: one for one in declared}


def _offered_guard(one: Guard) -> dict[str, Any]:
    uses = {member: used.name for member, used in one.guards.items()}
    return {"errors": _errors(one.errors), **({"uses": uses} if uses else {})}


def _offered(handler: Handler) -> dict[str, Any]:
    guards = {member: one.name for member, one in handler.guards.items()}
    return {**handler.offer, "path": handler.path, "errors": _errors(handler.errors), "guards": guards}


def _errors(errors: tuple[FailureType, ...]) -> dict[str, Any]:
    return {one.code: {"kind": one.kind, **({} if one.schema is None else {"data": one.schema})} for one in errors}
