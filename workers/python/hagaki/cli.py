"""
The command line, in the app's folder:

    python3 -m hagaki wsgi module:app [--threads 4]
    python3 -m hagaki web3 module:app            the same for PEP 444
    python3 -m hagaki handlers module:service [--threads 4]
    python3 -m hagaki offer module:service       opens none of its resources, and only says what it offers
    python3 -m hagaki either module:app          whichever of the two it is: an app or a service

Exit status: 0 stopped, 1 the app cannot be loaded, 2 the caller broke the protocol or the command
line is faulty.
"""

from __future__ import annotations

import argparse
from typing import Optional, Sequence, cast

from hagaki import frames
from hagaki.fault import CallOver, LoadFailure
from hagaki.lifeline import end_with
from hagaki.load import app_of, load_app
from hagaki.log import say_unloadable
from hagaki.payload import write_failed
from hagaki.signals import ignore_interrupt
from hagaki.stdio import take_link
from hagaki.web3 import Web3App, Web3Gateway
from hagaki.worker import Gateway as Runs
from hagaki.worker import Worker
from hagaki.writer import Writer
from hagaki.wsgi import Gateway

_CALLED = {"handlers": "python", "offer": "python", "either": "python"}


def main(arguments: Optional[Sequence[str]] = None) -> int:
    parser = argparse.ArgumentParser(prog="python3 -m hagaki", description=__doc__.splitlines()[1])
    parser.add_argument("kind", choices=["wsgi", "web3", "handlers", "offer", "either"])
    parser.add_argument("app", help="module:app, module:site.app or module:factory()")
    parser.add_argument("--threads", type=_count, default=4, help="calls that run at a time (4)")
    options = parser.parse_args(arguments)
    return serve(options.kind, options.app, options.threads)


def serve(kind: str, app_name: str, threads: int) -> int:
    """Loads the app and serves it on what standard input and output were; gives the exit status."""
    reading, writing = take_link()
    end_with(reading)
    ignore_interrupt()
    name = f"{_CALLED.get(kind, kind)}('{app_name}')"
    try:
        gateway = _gateway(kind, app_name, name, threads)
    except LoadFailure as failure:
        say_unloadable(f"{name}: {failure.reason}. {failure.fix}", failure.__cause__ or failure)
        _send_failure(writing, name, failure)
        return 1
    return Worker(gateway, threads, reading, writing, f"python-{kind}").run()


def _gateway(kind: str, app_name: str, name: str, threads: int) -> Runs:
    if kind in ("handlers", "offer", "either"):
        from hagaki.handlers.starting import either_of, offer_of, service_of  # with asyncio, which no app of WSGI needs

        if kind == "handlers":
            return service_of(app_name, name)
        if kind == "offer":
            return offer_of(app_name, name)
        found = either_of(app_name, name)
        if not isinstance(found, tuple):
            return found
        app = app_of(found[0], app_name)
    else:
        app = load_app(app_name)
    if kind == "web3":
        return Web3Gateway(cast(Web3App, app), name, multithread=threads > 1)
    return Gateway(app, name, multithread=threads > 1)


def _send_failure(writing: int, name: str, failure: LoadFailure) -> None:
    detail = {"what": name, "reason": failure.reason, "fix": failure.fix}
    try:
        Writer(writing, lambda: None).send(
            frames.encode(frames.FAILED, 0, write_failed("setup_faulty", detail))
        )
    except CallOver:
        pass  # the gateway is gone, and the log has it


def _count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= 1_024:
        raise argparse.ArgumentTypeError("must be 1 to 1024")
    return count
