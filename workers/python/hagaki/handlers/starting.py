"""
Starts a service: finds it, opens its resources, on an event loop where some of it is async.

    raises LoadFailure, which names the resource where one does not open
"""

from __future__ import annotations

from typing import Union

from hagaki.handlers.gateway import ServiceGateway
from hagaki.handlers.load import load_either, load_service, unloadable
from hagaki.handlers.opened import Opened
from hagaki.handlers.refused import SetupFaulty
from hagaki.handlers.service import Service
from hagaki.loop import EventLoop


def service_of(target: str, name: str) -> ServiceGateway:
    return _serving(load_service(target), name)


def offer_of(target: str, name: str) -> ServiceGateway:
    """To be looked at and not called: none of its resources is opened."""
    return ServiceGateway(load_service(target), name, None)


def either_of(target: str, name: str) -> Union[ServiceGateway, tuple[object]]:
    """A service, or else what may be an app, in a tuple."""
    found = load_either(target)
    return _serving(found, name) if isinstance(found, Service) else (found,)


def _serving(service: Service, name: str) -> ServiceGateway:
    loop = EventLoop() if service.is_async else None
    try:
        return ServiceGateway(service, name, Opened(service.resources, {}, loop), loop)
    except SetupFaulty as faulty:
        raise unloadable(faulty) from faulty.__cause__ or faulty
