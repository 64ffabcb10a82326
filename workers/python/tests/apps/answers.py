"""Answers: every way an app can give a status, headers and a body."""

import sys
import threading
from urllib.parse import parse_qs

_gate = threading.Event()
_made = 0


def app(environ, start_response):
    return _PATHS[environ["PATH_INFO"]](environ, start_response)


def _query(environ, name, default):
    return parse_qs(environ["QUERY_STRING"]).get(name, [default])[0]


def _list(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "6")])
    return [b"abc", b"", b"def"]


def _large(environ, start_response):
    start_response("200 OK", [])
    return (b"x" * 100_000, b"y" * 100_000)


def _size(environ, start_response):
    start_response("200 OK", [])
    return [b"x" * int(environ["QUERY_STRING"])]


def _nothing(environ, start_response):
    start_response("200 OK", [])
    return []


def _status(environ, start_response):
    """The status of the query, a body, and a length if one is asked for."""
    fields = [("Content-Length", "4")] if _query(environ, "length", "") else []
    start_response(_query(environ, "status", "200") + " Some Reason", fields)
    return iter([b"body"]) if _query(environ, "lazy", "") else [b"body"]


def _fields(environ, start_response):
    start_response(
        "200 OK",
        [
            ("Set-Cookie", "a=1"),
            ("X-Latin", "caf\xe9 "),
            ("Set-Cookie", "b=2"),
            ("Content-type", "text/html; charset=utf-8"),
        ],
    )
    return [b""]


def _generator(environ, start_response):
    """Says nothing before it is asked for its first block."""
    start_response("200 OK", [("Content-Type", "text/event-stream")])
    yield b""
    yield b"data: 1\n\n"
    _gate.wait()
    yield b"data: 2\n\n"


def _exact(environ, start_response):
    """What Flask and Django give: an iterator, and a content-length."""
    start_response("200 OK", [("Content-Length", "5")])
    return iter([b"exact"])


def _halves(environ, start_response):
    start_response("200 OK", [("Content-Length", "10")])
    return iter([b"first", b"other"])


class _One:
    """An iterable with a length of one, as PEP 3333 mentions."""

    def __init__(self, *blocks):
        self.blocks = blocks

    def __len__(self):
        return 1

    def __iter__(self):
        return iter(self.blocks)


def _one(environ, start_response):
    start_response("200 OK", [])
    return _One(b"only")


def _one_large(environ, start_response):
    start_response("200 OK", [])
    return _One(b"z" * 100_000)


def _liar(environ, start_response):
    start_response("200 OK", [])
    return _One(b"only", b"more")


def _endless(environ, start_response):
    global _made
    _made = 0
    start_response("200 OK", [])
    while True:
        _made += 1
        yield b"e" * 10_000


def _made_so_far(environ, start_response):
    start_response("200 OK", [])
    return [str(_made).encode()]


def _write(environ, start_response):
    write = start_response("200 OK", [])
    write(b"")
    write(b"written, ")
    write(b"twice, ")
    return [b"and ", b"returned"]


def _write_until_gate(environ, start_response):
    write = start_response("200 OK", [])
    write(b"at once")
    _gate.wait()
    write(b", later")
    return []


def _open(environ, start_response):
    _gate.set()
    start_response("200 OK", [])
    return [b"opened"]


def _error_page(environ, start_response):
    """Replaces an answer of which nothing was sent."""
    start_response("200 OK", [("X-First", "yes"), ("Content-Length", "999")])
    try:
        raise ValueError("too late to be right")
    except ValueError:
        start_response("500 Oops", [("Content-Type", "text/plain")], sys.exc_info())
    return [b"error page"]


def _error_after(environ, start_response):
    """Tries to replace an answer that is under way."""
    start_response("200 OK", [])
    yield b"some"
    try:
        raise ValueError("in the middle")
    except ValueError:
        start_response("500 Oops", [], sys.exc_info())
    yield b"never"


def _twice(environ, start_response):
    start_response("200 OK", [])
    start_response("200 OK", [])
    return []


def _never(environ, start_response):
    return [b"no status"]


def _raises(environ, start_response):
    raise RuntimeError("the app broke")


def _exits(environ, start_response):
    sys.exit("the app gave up")


def _breaks_off(environ, start_response):
    start_response("200 OK", [])
    yield b"some"
    raise RuntimeError("in the middle of it")


def _text(environ, start_response):
    start_response("200 OK", [])
    return ["text"]


def _none(environ, start_response):
    start_response("200 OK", [])
    return None


def _bad_field(environ, start_response):
    start_response("200 OK", [("X-Split", "a\r\nset-cookie: b")])
    return []


def _huge_head(environ, start_response):
    start_response("200 OK", [("X-Huge", "h" * 70_000)])
    return []


def _promised(environ, start_response):
    """A content-length of 5, and as many octets as the query says, in a list or not."""
    start_response("200 OK", [("Content-Length", "5")])
    blocks = [b"x"] * int(_query(environ, "octets", "0"))
    return blocks if _query(environ, "list", "") else iter(blocks)


def _promised_at_once(environ, start_response):
    """The promised octets at once, and then more of them."""
    start_response("200 OK", [("Content-Length", "5")])
    yield b"12345"
    yield b""
    yield b"6"


_PATHS = {
    "/list": _list,
    "/large": _large,
    "/size": _size,
    "/nothing": _nothing,
    "/status": _status,
    "/fields": _fields,
    "/generator": _generator,
    "/exact": _exact,
    "/halves": _halves,
    "/one": _one,
    "/one-large": _one_large,
    "/liar": _liar,
    "/endless": _endless,
    "/made": _made_so_far,
    "/write": _write,
    "/write-until-gate": _write_until_gate,
    "/open": _open,
    "/error-page": _error_page,
    "/error-after": _error_after,
    "/twice": _twice,
    "/never": _never,
    "/raises": _raises,
    "/exits": _exits,
    "/breaks-off": _breaks_off,
    "/text": _text,
    "/none": _none,
    "/bad-field": _bad_field,
    "/huge-head": _huge_head,
    "/promised": _promised,
    "/promised-at-once": _promised_at_once,
}
