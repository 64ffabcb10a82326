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
    try:
        found = load_member(name, "service")
    except LoadFailure as failure:
        cause = failure.__cause__
        if not isinstance(cause, SetupFaulty):
            raise
        raise LoadFailure(f"{cause.what}: {cause.reason}", cause.fix) from cause
    if not isinstance(found, Service):
        reason = f"it is of type {type(found).__name__} and no service"
        raise LoadFailure(reason, "Write service = service({...}) there, of hagaki.handlers")
    return found
