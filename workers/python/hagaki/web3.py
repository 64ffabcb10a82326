"""
Runs a web3 app on a call: `app(environ)` gives `(body, status, headers)`, all of them bytes.

PEP 444, which was never accepted: what it says of the environment and of answers. `web3.async` is
false, so an answer is there when the app returns.
"""

from __future__ import annotations

from typing import Any, Callable, Iterable

from hagaki.call import Call
from hagaki.head import RequestHead
from hagaki.wsgi import Gateway, WsgiApp

Web3App = Callable[[dict[str, Any]], tuple[Iterable[bytes], bytes, list[tuple[bytes, bytes]]]]


class Web3Gateway(Gateway):
    def __init__(self, app: Web3App, name: str, multithread: bool) -> None:
        super().__init__(_as_wsgi(app), name, multithread)

    def environ(self, call: Call) -> dict[str, Any]:
        environ = {
            name.replace("wsgi.", "web3.", 1): value.encode("latin-1") if isinstance(value, str) else value
            for name, value in super().environ(call).items()
            if name not in ("wsgi.file_wrapper", "wsgi.input_terminated")
        }
        environ["web3.async"] = False
        assert isinstance(call.head, RequestHead)
        # As they came, percent-encoded.
        environ["web3.script_name"] = call.head.mount.encode("ascii")
        environ["web3.path_info"] = call.head.path.encode("ascii")
        return environ


def _as_wsgi(app: Web3App) -> WsgiApp:
    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answered = app(environ)
        if not isinstance(answered, tuple) or len(answered) != 3:
            raise TypeError(f"a web3 app returns (body, status, headers), not {type(answered).__name__}")
        body, status, headers = answered
        try:
            start_response(_text(status), [(_text(name), _text(value)) for name, value in headers])
        except BaseException:
            getattr(body, "close", lambda: None)()
            raise
        return body

    return answer


def _text(octets: object) -> str:
    if not isinstance(octets, bytes):
        raise TypeError(f"status and headers of a web3 app are bytes, not {type(octets).__name__}")
    return octets.decode("latin-1")
