"""
A client of a service over HTTP, from its contract: `hagaki contract notes.ts -o notes.json`.

    notes = Client(contract, "http://127.0.0.1:9292/api", timeout=5)
    notes.call("add", {"text": "hi"})
    notes.add(text="hi")                    the same, where the name is one of Python's

    out    what the handler gives: JSON data, bytes, a text, or None
    raises Failure for a failure that the contract declares (known by `.code`; `.data`), Answered for
           another refusal, CallTimeout, CallLost, InputInvalid

What flows out is an iterator of items or bytes. What flows in is the member `body`, as any iterable gives it, or a file: it
is sent before the answer is read. A file in a form is a `File`, and the parts of one that flows are `Part`s.

Standard library only.
"""

from __future__ import annotations

import ssl
from typing import Any, Callable, Final, Iterator, Mapping, NoReturn, Optional

from hagaki.composed import Composed, compose
from hagaki.exchange import CallLost as CallLost
from hagaki.exchange import CallTimeout as CallTimeout
from hagaki.exchange import Exchange, within
from hagaki.handlers import jsonbody
from hagaki.handlers.refused import KINDS, Failure, Refusal
from hagaki.items import LIMIT, items
from hagaki.texts import InputInvalid as InputInvalid

_REPEATABLE: Final = frozenset({"reads", "replaces", "deletes"})


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
        `timeout` is how long a whole call may take, in seconds, or be silent where its answer flows; None for as long
        as it takes. `retries` are those of a call that was lost, where repeating it does no more. ValueError for a contract or a base that is none.
        """
        if contract.get("hagaki") != 1 or not isinstance(contract.get("handlers"), dict):
            raise ValueError("it is no contract: write one with hagaki contract notes.ts -o notes.json")
        self._handlers: Mapping[str, Any] = contract["handlers"]
        self._exchange = Exchange(base, tls)
        self._headers = dict(headers)
        self._timeout = timeout
        self._retries = retries

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
        """
        Calls a handler by its name, such as "notes.add". What flows is an iterator, that calls when it is first asked; who
        closes it ends the call. KeyError for a handler that the contract does not have.
        """
        handler = self._handlers[name]
        composed = compose(handler, data)
        seconds = self._timeout if timeout is None else timeout
        fields = {**self._headers, **headers, **composed.fields}
        may_repeat = handler["verb"] in _REPEATABLE and (composed.body is None or isinstance(composed.body, bytes))
        tries = 1 + (self._retries if may_repeat else 0)
        if handler["gives"] in ("items", "chunks"):
            return self._flow(handler, composed, fields, seconds, tries)
        left = within(seconds)
        for more in range(tries - 1, -1, -1):
            try:
                return _given(handler, *self._exchange.ask(composed, fields, left))
            except CallLost:
                if more == 0:
                    raise

    def _flow(
        self,
        handler: Mapping[str, Any],
        composed: Composed,
        fields: Mapping[str, str],
        seconds: Optional[float],
        tries: int,
    ) -> Iterator[Any]:
        has_begun = False
        for more in range(tries - 1, -1, -1):
            try:
                with self._exchange.answer(composed, fields, lambda: seconds) as (status, pieces):
                    if status >= 300:
                        _given(handler, status, _start(pieces))
                    has_begun = True
                    if handler["gives"] == "chunks":
                        yield from pieces
                    else:
                        yield from items(pieces, handler.get("itemLimit"), lambda said: _refuse(handler, said, None))
                    return
            except CallLost:
                if has_begun or more == 0:
                    raise


def _start(pieces: Iterator[bytes]) -> bytes:
    """Of a refusal, which is small."""
    octets = b""
    for piece in pieces:
        octets += piece
        if len(octets) > LIMIT:
            break
    return octets


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
    _refuse(handler, data, status)


def _refuse(handler: Mapping[str, Any], said: Any, status: Optional[int]) -> NoReturn:
    """Raises what a problem says. `status` is that of the answer; without one its own holds."""
    problem = said if isinstance(said, dict) else {}
    code = problem.get("code") if isinstance(problem.get("code"), str) else None
    declared = handler.get("errors", {}).get(code) if code is not None else None
    if declared is not None and declared["kind"] in KINDS:
        raise Failure(str(code), declared["kind"], problem.get("data"))
    raise Answered(problem.get("status") if status is None else status, code, problem.get("data"))
