"""
Requests over HTTP, each on a connection of its own, for the client. What flows in is sent before the answer is read.

    raises CallTimeout, CallLost; what the source of a body raises, as it is
"""

from __future__ import annotations

import contextlib
import http.client
import io
import socket
import ssl
import time
from typing import Any, Callable, Final, Iterator, Mapping, Optional, Union
from urllib.parse import urlsplit

from hagaki.composed import Body, Composed

MOST: Final = 67_108_864  # octets of an answer that is whole
Left = Callable[[], Optional[float]]
"""How many seconds there are for what comes next; None for as long as it takes."""


class CallLost(ConnectionError):
    """No answer came, or not to its end."""


class CallTimeout(TimeoutError):
    """The time that the caller had is up. Whether the handler has run, nobody knows."""


def within(seconds: Optional[float]) -> Left:
    """So many for all together; raises CallTimeout when they are up."""
    until = None if seconds is None else time.monotonic() + seconds

    def left() -> Optional[float]:
        if until is None:
            return None
        still = until - time.monotonic()
        if still <= 0:
            raise CallTimeout("the time of the call is up")
        return still

    return left


class Exchange:
    def __init__(self, base: str, tls: Optional[ssl.SSLContext]) -> None:
        """ValueError for a base that is none."""
        parts = urlsplit(base)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(f'{base!r} is no base address: write it like "https://api.example.com/v1"')
        self._host, self._port, self._scheme = parts.hostname, parts.port, parts.scheme
        self._root = parts.path.rstrip("/")
        self._tls = tls

    def ask(self, composed: Composed, fields: Mapping[str, str], left: Left) -> tuple[int, bytes]:
        """Status and octets of an answer that is whole."""
        with self.answer(composed, fields, left) as (status, pieces):
            octets = bytearray()
            for piece in pieces:
                octets += piece
                if len(octets) > MOST:
                    raise CallLost(f"the answer is over {MOST} bytes")
            return status, bytes(octets)

    @contextlib.contextmanager
    def answer(
        self, composed: Composed, fields: Mapping[str, str], left: Left
    ) -> Iterator[tuple[int, Iterator[bytes]]]:
        """Status and octets as they come. The connection ends with the block."""
        what = f"{composed.method} {self._root}{composed.target}"
        connection = self._connection(left())
        connection.response_class = _timed(left)
        source = _source(composed.body, lambda: connection.sock.settimeout(left()))
        try:
            response = self._asked(connection, composed, fields, source, left)
            yield response.status, _pieces(response)
        except (socket.timeout, TimeoutError) as error:
            if isinstance(error, CallTimeout) or (isinstance(source, _Source) and source.failed is error):
                raise
            raise CallTimeout(f"{what} took too long") from error
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, CallLost) or (isinstance(source, _Source) and source.failed is error):
                raise
            raise CallLost(f"{what}: {error}") from error
        finally:
            connection.close()

    def _asked(
        self,
        connection: http.client.HTTPConnection,
        composed: Composed,
        fields: Mapping[str, str],
        source: Union[None, bytes, "_Source"],
        left: Left,
    ) -> http.client.HTTPResponse:
        connection.connect()
        connection.sock.settimeout(left())
        try:
            connection.request(composed.method, self._root + composed.target, body=source, headers=dict(fields))
        except (BrokenPipeError, ConnectionResetError):
            # A service may answer before all has come, and hang up: its answer tells.
            if not isinstance(source, _Source) or source.failed is not None:
                raise
        return connection.getresponse()

    def _connection(self, seconds: Optional[float]) -> http.client.HTTPConnection:
        if self._scheme == "https":
            return http.client.HTTPSConnection(self._host, self._port, timeout=seconds, context=self._tls)
        return http.client.HTTPConnection(self._host, self._port, timeout=seconds)


def _pieces(response: http.client.HTTPResponse) -> Iterator[bytes]:
    while piece := response.read1(65_536):
        yield piece
    if response.length:
        raise CallLost("the answer broke off")


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


def _source(body: Optional[Body], tick: Callable[[], None]) -> Union[None, bytes, _Source]:
    return body if body is None or isinstance(body, bytes) else _Source(body, tick)


def _timed(left: Left) -> Any:
    """What makes an answer of a socket, in place of `HTTPResponse`."""

    def response(sock: socket.socket, **how: Any) -> http.client.HTTPResponse:
        timed: Any = _Timed(sock, left)
        return http.client.HTTPResponse(timed, **how)

    return response


class _Timed:
    """A socket as `HTTPResponse` needs it: what comes piece by piece does not take longer in sum."""

    def __init__(self, sock: socket.socket, left: Left) -> None:
        self._sock, self._left = sock, left

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self._sock, self._left))


class _Incoming(io.RawIOBase):
    def __init__(self, sock: socket.socket, left: Left) -> None:
        self._sock, self._left = sock, left
        # It keeps the socket open, which http.client closes before it has read what ends with the connection.
        self._octets = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> Optional[int]:
        self._sock.settimeout(self._left())
        return self._octets.readinto(into)

    def close(self) -> None:
        self._octets.close()
        super().close()
