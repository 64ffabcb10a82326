"""
Runs a WSGI app on a call.

    in     a call, on one of the pool's threads
    out    its answer, or `failed`; never an exception

PEP 3333, "The Server/Gateway Side", whose word `Gateway` is.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Callable, Iterable, Optional

from hagaki import forked
from hagaki.body import wsgi_input
from hagaki.call import Call
from hagaki.environ import base_environ, environ_of
from hagaki.fault import AnswerFaulty, CallOver
from hagaki.head import RequestHead
from hagaki.log import say, say_failure
from hagaki.response import Response

if TYPE_CHECKING:
    from hagaki.loop import EventLoop

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Gateway:
    contract: Optional[str] = None  # a WSGI app has no names
    loop: Optional[EventLoop] = None  # and nothing that is async

    def __init__(self, app: WsgiApp, name: str, multithread: bool) -> None:
        """`name` is what the other side calls this app in its faults: "wsgi('flask_app:app')"."""
        self.name = name
        self._app = app
        self._base = base_environ(sys.stderr, multithread)

    def environ(self, call: Call) -> dict[str, Any]:
        assert isinstance(call.head, RequestHead)
        return environ_of(call.head, call.length, wsgi_input(call.body), self._base)

    def is_async(self, call: Call) -> bool:
        return False

    async def serve_async(self, call: Call) -> None:
        raise NotImplementedError

    def close(self, seconds: float) -> None:
        """An app of WSGI is told nothing of its end."""

    def serve(self, call: Call) -> None:
        head = call.head
        assert isinstance(head, RequestHead)  # without a contract no name is called
        blocks: Any = None
        try:
            response = Response(call)
            environ = self.environ(call)
            blocks = self._app(environ, response.start)
            _send(response, blocks)
        except AnswerFaulty as fault:
            say(f"{_name(head)}: cannot use the app's answer: {fault}")
            call.fail("call_faulty", {"to": self.name, "reason": str(fault)})
        except BaseException as error:
            if forked.is_here():
                forked.finish(error)
            # SystemExit as well: one call must not end the others. CallOver is what every read and
            # write says once nobody waits, and no failure; unless it is that of another call,
            # whose wsgi.input the app has kept.
            if not (call.over and isinstance(error, CallOver)):
                say_failure(f"{_name(head)}: the app failed", error)
                call.fail("app_failed", {})
        finally:
            _close(blocks, head)


def _send(response: Response, blocks: Any) -> None:
    if type(blocks) in (list, tuple):
        response.send_whole(blocks)
        return
    if _has_one_block(blocks):
        response.expect_single()
    # A body that will not be sent is not made either; but a generator calls start_response only
    # when it is asked for its first block.
    if not response.bodyless:
        for block in blocks:
            response.send(block)
            if response.bodyless:
                break
    response.finish()


def _has_one_block(blocks: Any) -> bool:
    """PEP 3333, "Handling the Content-Length Header": len() is to be trusted where there is one."""
    try:
        return len(blocks) == 1
    except Exception:
        return False


def _close(blocks: Any, head: RequestHead) -> None:
    """PEP 3333: whatever happened, and once. Its failure changes nothing for the client."""
    try:
        close = getattr(blocks, "close", None)
        if close is not None:
            close()
    except BaseException as error:
        if not isinstance(error, CallOver):
            say_failure(f"{_name(head)}: close() failed", error)


def _name(head: RequestHead) -> str:
    """A request, in the log."""
    return f"{head.method} {head.path}"
