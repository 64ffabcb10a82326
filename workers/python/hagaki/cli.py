"""
The command line: `python3 -m hagaki wsgi module:app [--threads 4]`, in the app's folder; `web3` for PEP 444.

Exit status: 0 stopped, 1 the app cannot be loaded, 2 the caller broke the protocol or the command
line is faulty.
"""

from __future__ import annotations

import argparse
from typing import Optional, Sequence

from hagaki import frames
from hagaki.fault import CallOver, LoadFailure
from hagaki.load import load_app
from hagaki.log import say_unloadable
from hagaki.payload import write_failed
from hagaki.signals import ignore_interrupt
from hagaki.stdio import take_link
from hagaki.web3 import Web3Gateway
from hagaki.worker import Worker
from hagaki.writer import Writer
from hagaki.wsgi import Gateway


def main(arguments: Optional[Sequence[str]] = None) -> int:
    parser = argparse.ArgumentParser(prog="python3 -m hagaki", description=__doc__.splitlines()[1])
    parser.add_argument("kind", choices=["wsgi", "web3"])
    parser.add_argument("app", help="module:app, module:site.app or module:factory()")
    parser.add_argument("--threads", type=_count, default=4, help="calls that run at a time (4)")
    options = parser.parse_args(arguments)
    return serve(options.kind, options.app, options.threads)


def serve(kind: str, app_name: str, threads: int) -> int:
    """Loads the app and serves it on what standard input and output were; gives the exit status."""
    reading, writing = take_link()
    ignore_interrupt()
    name = f"{kind}('{app_name}')"
    try:
        app = load_app(app_name)
    except LoadFailure as failure:
        say_unloadable(f"{name}: {failure.reason}. {failure.fix}", failure.__cause__ or failure)
        _send_failure(writing, name, failure)
        return 1
    gateway = (Web3Gateway if kind == "web3" else Gateway)(app, name, multithread=threads > 1)
    return Worker(gateway, threads, reading, writing, f"python-{kind}").run()


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
