"""
A client of a service over HTTP, from its contract: `hagaki contract notes.ts -o notes.json`.

    notes = Client(contract, "http://127.0.0.1:9292/api", timeout=5)
    notes.call("add", {"text": "hi"})
    notes.add(text="hi")                    the same, where the name is one of Python's

    out    what the handler gives: JSON data, bytes, a text, or None
    raises Failure for a failure that the contract declares (known by `.code`; `.data`), Answered for
           another refusal, CallTimeout, CallLost, InputInvalid

A file in a form is a `File`; the parts of one that flows are the member `body`, `Part`s as any iterable gives them.

Standard library only. Handlers that give what flows, or take it but as parts, are not for it.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from typing import Any, Callable, Final, Iterator, Mapping, Optional
from urllib.parse import urlsplit

from hagaki.composed import Body, compose
from hagaki.handlers import jsonbody
from hagaki.handlers.refused import KINDS, Failure, Refusal
from hagaki.texts import InputInvalid as InputInvalid

_REPEATABLE: Final = frozenset({"reads", "replaces", "deletes"})
_MAX_ANSWER: Final = 67_108_864  # octets


class CallLost(ConnectionError):
    """No answer came."""


class CallTimeout(TimeoutError):
    """The time that the caller had is up. Whether the handler has run, nobody knows."""


class Answered(Exception):
    """A refusal of the service: `status`, `code` (None where it said none), `data`, and `issues` of the input."""

    def __init__(self, status: int, code: Optional[str], data: Any) -> None:
        super().__init__(f"{status} {code or 'without a code'}")
        self.status = status
        self.code = code
        self.data = data

    @property
    def issues(self) -> list[dict[str, str]]:
        """`{"pointer", "message"}` for each offending member, and `{"in", "name"}` where that is not in the body."""
        found = self.data.get("issues") if self.code == "input_invalid" and isinstance(self.data, dict) else []
        return found if isinstance(found, list) else []


class Client:
    def __init__(
        self,
        contract: Mapping[str, Any],
        base: str,
        *,
        headers: Mapping[str, str] = {},
        timeout: Optional[float] = 30,
        retries: int = 1,
        tls: Optional[ssl.SSLContext] = None,
    ) -> None:
        """
        `timeout` is how long a whole call may take, in seconds; None for as long as it takes. `retries` are those
        of a call that was lost, where repeating it does no more. ValueError for a contract or a base that is none.
        """
        if contract.get("hagaki") != 1 or not isinstance(contract.get("handlers"), dict):
            raise ValueError("it is no contract: write one with hagaki contract notes.ts -o notes.json")
        parts = urlsplit(base)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(f'{base!r} is no base address: write it like "https://api.example.com/v1"')
        self._handlers: Mapping[str, Any] = contract["handlers"]
        self._host, self._port, self._scheme = parts.hostname, parts.port, parts.scheme
        self._root = parts.path.rstrip("/")
        self._headers = dict(headers)
        self._timeout = timeout
        self._retries = retries
        self._tls = tls

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_") or name not in self._handlers:
            raise AttributeError(f"the contract has no handler {name!r}")
        return lambda **data: self.call(name, data)

    def call(
        self,
        name: str,
        data: Any = None,
        *,
        timeout: Optional[float] = None,
        headers: Mapping[str, str] = {},
    ) -> Any:
        """Calls a handler by its name, such as "notes.add". KeyError for one that the contract does not have."""
        handler = self._handlers[name]
        method, target, fields, body = compose(handler, data)
        seconds = self._timeout if timeout is None else timeout
        until = None if seconds is None else time.monotonic() + seconds
        fields = {**self._headers, **headers, **fields}
        may_repeat = handler["verb"] in _REPEATABLE and (body is None or isinstance(body, bytes))
        tries = 1 + (self._retries if may_repeat else 0)
        for left in range(tries - 1, -1, -1):
            try:
                status, octets = self._exchange(method, self._root + target, fields, body, until)
                return _given(handler, status, octets)
            except CallLost:
                if left == 0:
                    raise

    def _exchange(
        self, method: str, target: str, fields: Mapping[str, str], body: Optional[Body], until: Optional[float]
    ) -> tuple[int, bytes]:
        connection = self._connection(_left(until))
        connection.response_class = _timed(until)
        tick = lambda: connection.sock.settimeout(_left(until))  # noqa: E731
        source = None if body is None or isinstance(body, bytes) else _Source(body, tick)
        try:
            connection.connect()
            tick()
            try:
                connection.request(method, target, body=source or body, headers=dict(fields))
            except (BrokenPipeError, ConnectionResetError):
                # A service may answer before all has come, and hang up: its answer tells.
                if source is None or source.failed is not None:
                    raise
            response = connection.getresponse()
            octets = bytearray()
            while True:
                piece = response.read1(65_536)
                if piece == b"":
                    break
                octets += piece
                if len(octets) > _MAX_ANSWER:
                    raise CallLost(f"the answer is over {_MAX_ANSWER} bytes")
            if response.length:
                raise CallLost("the answer broke off")
            return response.status, bytes(octets)
        except (socket.timeout, TimeoutError) as error:
            if isinstance(error, CallTimeout) or (source is not None and source.failed is error):
                raise
            raise CallTimeout(f"{method} {target} took too long") from error
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, CallLost) or (source is not None and source.failed is error):
                raise
            raise CallLost(f"{method} {target}: {error}") from error
        finally:
            connection.close()

    def _connection(self, seconds: Optional[float]) -> http.client.HTTPConnection:
        if self._scheme == "https":
            return http.client.HTTPSConnection(self._host, self._port, timeout=seconds, context=self._tls)
        return http.client.HTTPConnection(self._host, self._port, timeout=seconds)


class _Source:
    """A body that flows. `tick` is called before each piece; what the source raises is told from what the socket does."""

    def __init__(self, pieces: Iterator[bytes], tick: Callable[[], None]) -> None:
        self._pieces, self._tick = pieces, tick
        self.failed: Optional[Exception] = None

    def __iter__(self) -> Iterator[bytes]:
        while True:
            try:
                piece = next(self._pieces, None)
            except Exception as error:
                self.failed = error
                raise
            if piece is None:
                return
            if piece != b"":  # which would be the last chunk
                self._tick()
                yield piece


def _given(handler: Mapping[str, Any], status: int, octets: bytes) -> Any:
    if status < 300 and handler["gives"] in ("bytes", "text"):
        try:
            return octets if handler["gives"] == "bytes" else octets.decode()
        except UnicodeDecodeError as error:
            raise CallLost("the answer is no text") from error
    try:
        data = jsonbody.decode(octets) if octets else None
    except Refusal as refusal:
        if status < 300:
            raise CallLost(f"the answer cannot be read: {refusal}") from refusal
        data = None
    if status < 300:
        return None if "offers" not in handler or status == 204 else data
    problem = data if isinstance(data, dict) else {}
    code = problem.get("code") if isinstance(problem.get("code"), str) else None
    declared = handler.get("errors", {}).get(code) if code is not None else None
    if declared is not None and declared["kind"] in KINDS:
        raise Failure(str(code), declared["kind"], problem.get("data"))
    raise Answered(status, code, problem.get("data"))


def _left(until: Optional[float]) -> Optional[float]:
    if until is None:
        return None
    left = until - time.monotonic()
    if left <= 0:
        raise CallTimeout("the time of the call is up")
    return left


def _timed(until: Optional[float]) -> Any:
    """What makes an answer of a socket, in place of `HTTPResponse`."""

    def response(sock: socket.socket, **how: Any) -> http.client.HTTPResponse:
        timed: Any = _Timed(sock, until)
        return http.client.HTTPResponse(timed, **how)

    return response


class _Timed:
    """A socket as `HTTPResponse` needs it: what comes piece by piece does not take longer in sum."""

    def __init__(self, sock: socket.socket, until: Optional[float]) -> None:
        self._sock, self._until = sock, until

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self._sock, self._until))


class _Incoming(io.RawIOBase):
    def __init__(self, sock: socket.socket, until: Optional[float]) -> None:
        self._sock, self._until = sock, until
        # It keeps the socket open, which http.client closes before it has read what ends with the connection.
        self._octets = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> Optional[int]:
        self._sock.settimeout(_left(self._until))
        return self._octets.readinto(into)

    def close(self) -> None:
        self._octets.close()
        super().close()
