"""
The small payloads: hello, credit, cancel, failed, timeout, go-away, and the trailers of `end`. Pure.

    raises FrameFault: JSON that does not decode, or not to what the frame holds

`spec/frames.md`. Unknown members are ignored.
"""

from __future__ import annotations

import json
import re
import struct
from typing import TYPE_CHECKING, Any, Final, NoReturn, Optional

from hagaki.fault import FrameFault
from hagaki.fields import pairs
from hagaki.frames import MAX_CALL, MAX_INLINE, MAX_PAYLOAD

if TYPE_CHECKING:
    from typing_extensions import TypeGuard

_U32 = struct.Struct(">I")
_VERSION = 1
_MARK = re.compile("[0-9a-f]{16}")
MAX_WHOLE: Final = 2**53 - 1  # the integers that every JSON reader has exactly


def _no_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


# Made once: json.loads and json.dumps would make new ones for every call.
_DECODER = json.JSONDecoder(parse_constant=_no_json)
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def read_json(octets: bytes, what: str) -> Any:
    """JSON as RFC 8259 has it: UTF-8 without a byte order mark, no NaN."""
    try:
        return _DECODER.decode(octets.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        # ValueError is also what UTF-8 that is none, and an integer of 5,000 digits, give.
        raise FrameFault(f"{what} is not JSON") from error


def write_json(data: object) -> bytes:
    """
    The packed form's JSON: no spaces, and nothing escaped that need not be.

    A lone surrogate becomes "?": Python makes them of file names that are no UTF-8.
    """
    return _ENCODER.encode(data).encode("utf-8", "replace")


def is_whole(value: object) -> TypeGuard[int]:
    """A JSON integer from 0 to 2^53 - 1. True is no integer, whatever isinstance says."""
    return type(value) is int and 0 <= value <= MAX_WHOLE


def read_hello(octets: bytes) -> int:
    """The caller's `inline`: the largest body, in octets, that it takes with a head."""
    hello = read_json(octets, "hello")
    if not isinstance(hello, dict):
        raise FrameFault("hello is no object")
    version = hello.get("v")
    if type(version) is not int or version != _VERSION:
        raise FrameFault(f"hello of a version other than {_VERSION}")
    if hello.get("role") != "caller":
        raise FrameFault("hello of a role other than caller")
    if not isinstance(hello.get("name"), str):
        raise FrameFault("hello without a name")
    inline = hello.get("inline")
    if not is_whole(inline) or inline > MAX_INLINE:
        raise FrameFault(f"hello with an inline size that is not 0 to {MAX_INLINE}")
    contract = hello.get("contract")
    if contract is not None and not (isinstance(contract, str) and _MARK.fullmatch(contract)):
        raise FrameFault("hello with a contract that is no mark")
    return inline


def write_hello(name: str, contract: Optional[str] = None) -> bytes:
    """`contract` is the mark of what may be called by name."""
    hello = {"v": _VERSION, "role": "worker", "name": name, "inline": MAX_INLINE}
    return write_json(hello if contract is None else {**hello, "contract": contract})


def read_credit(octets: bytes) -> int:
    granted: int = _U32.unpack(octets)[0]
    if granted == 0:
        raise FrameFault("credit of 0 octets")
    return granted


def write_credit(granted: int) -> bytes:
    return _U32.pack(granted)


def read_cancel(octets: bytes) -> str:
    """Why nobody waits any more."""
    cancel = read_json(octets, "cancel")
    reason = cancel.get("reason") if isinstance(cancel, dict) else None
    if not isinstance(reason, str):
        raise FrameFault("cancel without a reason")
    return reason


NO_TIMEOUT: Final = 2**32 - 1


def read_timeout(octets: bytes) -> Optional[int]:
    """Milliseconds from now; None stops the clock."""
    told: int = _U32.unpack(octets)[0]
    return None if told == NO_TIMEOUT else told


def read_go_away(octets: bytes) -> str:
    """Why the caller begins no more."""
    away = read_json(octets, "go-away")
    if not isinstance(away, dict) or not isinstance(away.get("reason"), str):
        raise FrameFault("go-away without a reason")
    last = away.get("last")
    if not is_whole(last) or last > MAX_CALL:
        raise FrameFault("go-away whose last is no number of a call")
    reason: str = away["reason"]
    return reason


def write_go_away(last: int, reason: str) -> bytes:
    return write_json({"last": last, "reason": reason})


def write_failed(code: str, detail: object, kind: Optional[str] = None) -> bytes:
    """
    `kind` is that of a failure which a service declares, whose data are the detail.

        raises TypeError, ValueError, RecursionError: a detail that JSON has not, or no frame holds
    """
    failed = {"code": code, "detail": detail}
    octets = write_json(failed if kind is None else {**failed, "kind": kind})
    if len(octets) > MAX_PAYLOAD:
        raise ValueError(f"it has {len(octets)} octets as JSON and {MAX_PAYLOAD} are possible")
    return octets


def read_trailers(octets: bytes) -> Optional[list[tuple[str, str]]]:
    """The trailer fields of an `end`, or None. WSGI has no place for them; they are only checked."""
    if octets == b"":
        return None
    try:
        return pairs(read_json(octets, "end"))
    except ValueError as error:
        raise FrameFault(f"end {error}") from error
