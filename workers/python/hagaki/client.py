"""
A client of a service over HTTP, from its contract: `hagaki contract notes.ts -o notes.json`.

    notes = Client(contract, "http://127.0.0.1:9292/api", timeout=5)
    notes.call("add", {"text": "hi"})
    notes.add(text="hi")                    the same, where the name is one of Python's

    out    what the handler gives: JSON data, or None
    raises Failure for a failure that the contract declares (known by `.code`; `.data`), Answered for
           another refusal, CallTimeout, CallLost, InputInvalid

Standard library only. Handlers that take or give bytes, text, forms or streams are not for it.
"""

from __future__ import annotations

import http.client
import io
import json
import math
import socket
import ssl
import time
from typing import Any, Callable, Final, Mapping, Optional
from urllib.parse import quote, urlencode, urlsplit

from hagaki.handlers import jsonbody
from hagaki.handlers.refused import KINDS, Failure, Refusal

METHODS: Final = {
    "reads": "GET",
    "creates": "POST",
    "replaces": "PUT",
    "updates": "PATCH",
    "deletes": "DELETE",
    "acts": "POST",
}
_REPEATABLE: Final = frozenset({"reads", "replaces", "deletes"})
_MAX_ANSWER: Final = 67_108_864  # octets


class CallLost(ConnectionError):
    """No answer came."""


class CallTimeout(TimeoutError):
    """The time that the caller had is up. Whether the handler has run, nobody knows."""


class InputInvalid(ValueError):
    """Data that cannot be sent as the contract has it."""


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
        method, target, fields, body = _composed(handler, data)
        seconds = self._timeout if timeout is None else timeout
        until = None if seconds is None else time.monotonic() + seconds
        fields = {**self._headers, **headers, **fields}
        tries = 1 + (self._retries if handler["verb"] in _REPEATABLE else 0)
        for left in range(tries - 1, -1, -1):
            try:
                status, octets = self._exchange(method, self._root + target, fields, body, until)
                return _given(handler, status, octets)
            except CallLost:
                if left == 0:
                    raise

    def _exchange(
        self, method: str, target: str, fields: Mapping[str, str], body: Optional[bytes], until: Optional[float]
    ) -> tuple[int, bytes]:
        connection = self._connection(_left(until))
        connection.response_class = _timed(until)
        try:
            connection.connect()
            connection.sock.settimeout(_left(until))
            connection.request(method, target, body=body, headers=dict(fields))
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
            raise CallTimeout(f"{method} {target} took too long") from error
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, CallLost):
                raise
            raise CallLost(f"{method} {target}: {error}") from error
        finally:
            connection.close()

    def _connection(self, seconds: Optional[float]) -> http.client.HTTPConnection:
        if self._scheme == "https":
            return http.client.HTTPSConnection(self._host, self._port, timeout=seconds, context=self._tls)
        return http.client.HTTPConnection(self._host, self._port, timeout=seconds)


def _composed(handler: Mapping[str, Any], data: Any) -> tuple[str, str, dict[str, str], Optional[bytes]]:
    takes = handler.get("takes")
    if handler.get("gives") != "data" or (takes is not None and takes["as"] != "data"):
        raise InputInvalid("the handler takes or gives what is no data: call it otherwise")
    fields = {"accept": "application/json"}
    whole = takes is not None and takes["body"] == "whole"
    members = {} if data is None or whole else dict(data)
    path = _path(handler["path"], members)
    query: list[tuple[str, str]] = []
    for member, place in handler.get("from", {}).items():
        if member in members:
            texts = _texts(member, members.pop(member))
            if place["in"] == "query":
                query += [(place["name"], text) for text in texts]
            elif place["in"] == "header" and len(texts) == 1:
                fields[place["name"]] = texts[0]
            else:
                raise InputInvalid(f"{member} cannot be sent as a {place['in']}")
    content = members.pop("body", None) if takes is not None and takes["body"] == "member" else None
    if takes is not None and takes["body"] == "members":
        content, members = members, {}
    elif whole:
        content = data
    for member, value in members.items():
        query += [(member, text) for text in _texts(member, value)]
    target = path + (f"?{urlencode(query, quote_via=quote)}" if query else "")
    if takes is None or (content is None and takes["body"] == "member"):
        return METHODS[handler["verb"]], target, fields, None
    fields["content-type"] = "application/json"
    try:
        return METHODS[handler["verb"]], target, fields, jsonbody.encode(content)
    except (TypeError, ValueError, RecursionError) as error:
        raise InputInvalid(f"the data are no JSON: {error}") from error


def _path(template: str, members: dict[str, Any]) -> str:
    parts = []
    for part in template[1:].split("/"):
        if part.startswith("{"):
            name = part[1:-1]
            text = _text(name, members.pop(name, None))
            if text in ("", ".", "..") or any(one in text for one in "/\\\0"):
                raise InputInvalid(f"{name} cannot be a segment of a path")
            parts.append(quote(text, safe=""))
        else:
            parts.append(quote(part, safe="!$&'()*+,;=:@-._~"))
    return "/" + "/".join(parts)


def _texts(name: str, value: Any) -> list[str]:
    if isinstance(value, (list, tuple)):
        return [_text(name, one, null=True) for one in value]
    return [_text(name, value, null=True)]


def _text(name: str, value: Any, null: bool = False) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or (null and value is None):
        return json.dumps(value)
    if isinstance(value, (int, float)) and math.isfinite(value):
        return json.dumps(value)
    raise InputInvalid(f"{name} is missing" if value is None else f"{name} cannot be written there")


def _given(handler: Mapping[str, Any], status: int, octets: bytes) -> Any:
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
