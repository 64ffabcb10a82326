"""
The other end of the link, for tests: starts a worker as a child process and calls it.

It has its own few lines of framing, so that no mistake of the package's codec is shared. Every
wait ends after SECONDS, with what the worker wrote on standard error.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import threading
from collections import defaultdict, deque
from pathlib import Path
from typing import Any, Callable, NamedTuple, Optional

SECONDS = 10
HELLO, REQUEST, RESPONSE, DATA, END, CREDIT, CANCEL, FAILED = range(1, 9)
CALL, RESULT, TIMEOUT, PING, PONG, GO_AWAY = range(9, 15)
_TESTS = Path(__file__).parent
APPS = _TESTS / "apps"


class Received(NamedTuple):
    type: int
    payload: bytes

    def json(self) -> Any:
        return json.loads(self.payload)

    def head(self) -> Any:
        (length,) = struct.unpack_from(">I", self.payload)
        return json.loads(self.payload[4 : 4 + length])

    def inline(self) -> bytes:
        (length,) = struct.unpack_from(">I", self.payload)
        return self.payload[4 + length :]


class Answer(NamedTuple):
    head: Any
    body: Optional[bytes]
    ending: Received  # the frame that was the last

    @property
    def status(self) -> int:
        return int(self.head["status"])

    @property
    def text(self) -> str:
        return (self.body or b"").decode("utf-8")

    @property
    def fields(self) -> list[tuple[str, str]]:
        flat = self.head["headers"]
        return list(zip(flat[::2], flat[1::2]))


def frame(type: int, call: int, payload: bytes = b"") -> bytes:
    return struct.pack(">IBI", 5 + len(payload), type, call) + payload


def packed(data: Any, inline: bytes = b"") -> bytes:
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode()
    return struct.pack(">I", len(text)) + text + inline


def request_head(method: str, target: str, headers: dict[str, str], /, **members: Any) -> dict[str, Any]:
    path, mark, query = target.partition("?")
    head: dict[str, Any] = {
        "v": 1,
        "kind": "request",
        "method": method,
        "path": path,
        "query": query if mark else None,
        "mount": "",
        "http": "1.1",
        "client": "192.0.2.7",
        "protocol": "http",
        "upgrade": None,
        "timeoutMs": None,
        "headers": [text for pair in {"host": "example.com", **headers}.items() for text in pair],
        "context": {},
        "body": None,
    }
    head.update(members)
    return head


class Caller:
    """A worker and the link to it. `with Caller("plain:app") as caller: ...`"""

    def __init__(
        self,
        app: str,
        *options: str,
        inline: int = 65_536,
        hello: bool = True,
        reading: bool = True,
        kind: str = "wsgi",
    ) -> None:
        environ = {**os.environ, "PYTHONPATH": str(_TESTS.parent), "PYTHONDONTWRITEBYTECODE": "1"}
        environ.pop("PYTHONUNBUFFERED", None)  # it would hide what a buffer keeps back
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hagaki", kind, app, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=APPS,
            env=environ,
            bufsize=0,
            start_new_session=True,
        )
        self._changed = threading.Condition()
        self._received: dict[int, deque[Received]] = defaultdict(deque)
        self._closed = False
        self._log = b""
        self._number = 0
        works = (self._read, self._read_log) if reading else (self._read_log,)
        self._threads = [threading.Thread(target=work, daemon=True) for work in works]
        for thread in self._threads:
            thread.start()
        if hello:
            self.send(
                HELLO, 0, json.dumps({"v": 1, "role": "caller", "name": "test", "inline": inline}).encode()
            )

    def __enter__(self) -> Caller:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- out

    def write(self, octets: bytes) -> None:
        assert self.process.stdin is not None
        rest = memoryview(octets)
        try:
            while rest:
                rest = rest[self.process.stdin.write(rest) :]
        except BrokenPipeError:
            pass  # it has ended meanwhile, and what it said before is read all the same

    def send(self, type: int, call: int, payload: bytes = b"") -> None:
        self.write(frame(type, call, payload))

    def ask(self, method: str, target: str, body: Any = None, **members: Any) -> int:
        """Sends a request; `body` is None, bytes, or {"length": ...}. Gives its number."""
        self._number += 1
        inline = body if isinstance(body, bytes) else b""
        member = len(body) if isinstance(body, bytes) else body
        head = request_head(method, target, members.pop("headers", {}), body=member, **members)
        self.send(REQUEST, self._number, packed(head, inline))
        return self._number

    def call(self, name: str, line: Any = None, body: Any = None, context: Any = None) -> int:
        """Calls by name: with a line of JSON beside the head, or with a body still to come. Gives its number."""
        self._number += 1
        inline = b"" if line is None else json.dumps(line).encode()
        member = body if body is not None else None if line is None else len(inline)
        head = {"v": 1, "kind": "call", "name": name, "timeoutMs": None, "context": context or {}, "body": member}
        self.send(CALL, self._number, packed(head, inline))
        return self._number

    def result(self, call: int, credit: int = 2**20) -> tuple[str, bytes, Received]:
        """What a call by name gives: as what, the body, and the frame that was the last."""
        while (result := self.next(call)).type == CREDIT:
            pass
        if result.type == FAILED:
            raise AssertionError(f"call {call} failed: {result.json()}; {self.said()}")
        assert result.type == RESULT, result
        head = result.head()
        if not isinstance(head["body"], dict):
            return head["gives"], result.inline(), result
        self.credit(call, credit)
        body = b""
        while (received := self.next(call)).type == DATA:
            body += received.payload
            self.credit(call, len(received.payload))
        return head["gives"], body, received

    def credit(self, call: int, octets: int) -> None:
        self.send(CREDIT, call, struct.pack(">I", octets))

    def send_body(self, call: int, octets: bytes, piece: int = 65_536) -> int:
        """Sends a request body as credit comes; gives the most octets that were outstanding."""
        sent = granted = most = 0
        while sent < len(octets):
            if sent == granted:
                received = self.next(call)
                assert received.type == CREDIT, received
                granted += int.from_bytes(received.payload, "big")
                most = max(most, granted - sent)
            size = min(piece, granted - sent, len(octets) - sent)
            self.send(DATA, call, octets[sent : sent + size])
            sent += size
        self.send(END, call)
        return most

    def cancel(self, call: int, reason: str = "client went away") -> None:
        self.send(CANCEL, call, json.dumps({"reason": reason}).encode())

    # -- in

    def next(self, call: int) -> Received:
        """The next frame for a call."""
        with self._changed:
            self._wait(lambda: bool(self._received[call]) or self._closed, f"a frame for call {call}")
            if not self._received[call]:
                raise AssertionError(f"the link closed before a frame for call {call}; {self.said()}")
            return self._received[call].popleft()

    def waiting(self, call: int) -> int:
        """How many frames of a call came and were not yet taken."""
        with self._changed:
            return len(self._received[call])

    def answer(self, call: int, credit: int = 2**20) -> Answer:
        """The whole answer. Grants credit when the body is still to come, and gives none itself."""
        while (response := self.next(call)).type == CREDIT:
            pass
        if response.type == FAILED:
            raise AssertionError(f"call {call} failed: {response.json()}; {self.said()}")
        assert response.type == RESPONSE, response
        head = response.head()
        if not isinstance(head["body"], dict):
            return Answer(head, None if head["body"] is None else response.inline(), response)
        self.credit(call, credit)
        body = b""
        while True:
            received = self.next(call)
            if received.type != DATA:
                return Answer(head, body, received)
            body += received.payload
            self.credit(call, len(received.payload))

    def get(self, target: str, **members: Any) -> Answer:
        return self.answer(self.ask("GET", target, **members))

    def failure(self, call: int) -> Any:
        """The code and detail of a call that must fail before its response."""
        received = self.next(call)
        assert received.type == FAILED, received
        return received.json()

    def said(self) -> str:
        return f"the worker said:\n{self.log}"

    @property
    def log(self) -> str:
        return self._log.decode("utf-8", "replace")

    def logged(self, text: str) -> None:
        """Waits until the worker's standard error holds `text`."""
        with self._changed:
            self._wait(lambda: text in self.log, repr(text))

    def read_octets(self) -> bytes:
        """What the link has, without `reading`."""
        assert self.process.stdout is not None
        return os.read(self.process.stdout.fileno(), 65_536)

    # -- the end

    def stop_reading(self) -> None:
        """Closes the worker's way out, without `reading`."""
        assert self.process.stdout is not None
        self.process.stdout.close()

    def hang_up(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()

    def exit_status(self) -> int:
        """Waits for the worker to exit; afterwards `log` is complete."""
        status = self.process.wait(SECONDS)
        for thread in self._threads:
            thread.join(SECONDS)
        return status

    def close(self) -> int:
        if self.process.stdin is not None and not self.process.stdin.closed:
            self.hang_up()
        try:
            return self.exit_status()
        finally:
            self.process.kill()
            self.process.wait()
            assert self.process.stdout is not None and self.process.stderr is not None
            self.process.stdout.close()
            self.process.stderr.close()

    def _wait(self, condition: Callable[[], bool], what: str) -> None:
        if not self._changed.wait_for(condition, SECONDS):
            raise AssertionError(f"waited {SECONDS} s for {what}; {self.said()}")

    def _read(self) -> None:
        assert self.process.stdout is not None
        stream = os.fdopen(os.dup(self.process.stdout.fileno()), "rb")
        with stream:
            while prefix := stream.read(9):
                length, type, call = struct.unpack(">IBI", prefix)
                payload = stream.read(length - 5)
                with self._changed:
                    self._received[call].append(Received(type, payload))
                    self._changed.notify_all()
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _read_log(self) -> None:
        assert self.process.stderr is not None
        descriptor = os.dup(self.process.stderr.fileno())
        while octets := os.read(descriptor, 65_536):
            with self._changed:
                self._log += octets
                self._changed.notify_all()
        os.close(descriptor)
