"""
Finds the service: `module:service`, where `service` is the name without one.

    raises LoadFailure, with what would help
"""

from __future__ import annotations

from hagaki.fault import LoadFailure
from hagaki.handlers.refused import SetupFaulty
from hagaki.handlers.service import Service
from hagaki.load import load_member


def load_service(name: str) -> Service:
    found = _member(name, "service")
    if not isinstance(found, Service):
        reason = f"it is of type {type(found).__name__} and no service"
        raise LoadFailure(reason, "Write service = service({...}) there, of hagaki.handlers")
    return found


def load_either(name: str) -> object:
    """A service, or what may be an app; without a name after the module, that which the module has."""
    if ":" in name:
        return _member(name, "service")
    for default in ("app", "application", "service"):
        try:
            return _member(name, default)
        except LoadFailure as failure:
            if not isinstance(failure.__cause__, AttributeError):
                raise
    return _member(name, "app")


def _member(name: str, default: str) -> object:
    try:
        found: object = load_member(name, default)
    except LoadFailure as failure:
        cause = failure.__cause__
        if not isinstance(cause, SetupFaulty):
            raise
        raise unloadable(cause) from cause
    return found


def unloadable(faulty: SetupFaulty) -> LoadFailure:
    return LoadFailure(f"{faulty.what}: {faulty.reason}", faulty.fix)
