"""The twin of echo.ts as a WSGI app, as far as WSGI can say what it says."""

import hashlib
import json
from urllib.parse import quote

LARGE = 300_000


def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path.startswith("/echo"):
        return echo(environ, start_response)
    status, headers, blocks = ANSWERS[path]()
    start_response(status, headers)
    return blocks


def echo(environ, start_response):
    body = environ["wsgi.input"].read()
    headers = {
        name[5:].lower().replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")
    }
    if "CONTENT_TYPE" in environ:
        headers["content-type"] = environ["CONTENT_TYPE"]
    told = {
        "method": environ["REQUEST_METHOD"],
        # WSGI has it decoded, octet by octet.
        "path": quote(environ["PATH_INFO"].encode("latin-1"), safe="/~"),
        "mount": quote(environ["SCRIPT_NAME"].encode("latin-1"), safe="/~"),
        "query": environ["QUERY_STRING"],
        "http": environ["SERVER_PROTOCOL"].partition("/")[2],
        "client": environ.get("REMOTE_ADDR"),
        "protocol": environ["wsgi.url_scheme"],
        "headers": sorted(headers.items()),
        "body": {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()},
    }
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(told).encode("ascii")]


def text(body, status="200 OK", headers=(), kind="text/plain; charset=utf-8"):
    return lambda: (status, [("Content-Type", kind), *headers], [body.encode("utf-8")])


def plain(body):
    return text(body, kind="text/plain")


def bare(status, headers=()):
    return lambda: (status, list(headers), [])


def chunks(blocks, headers=()):
    encoded = [block.encode("utf-8") for block in blocks]
    return lambda: ("200 OK", [("Content-Type", "text/plain"), *headers], (block for block in encoded))


def error():
    raise ValueError("a secret")


ANSWERS = {
    "/text": text("h\u00e9llo \u20ac\n"),
    "/bytes": lambda: ("200 OK", [("Content-Type", "application/octet-stream")], [b"\x00\xff\xfe\n\r"]),
    "/null": bare("200 OK"),
    "/empty": plain(""),
    "/inline": plain("i" * 65_536),
    "/beyond": plain("b" * 65_537),
    "/large": plain("x" * LARGE),
    "/stream": chunks(["one ", "", "tw\u00f6 ", "x" * LARGE]),
    "/counted": chunks(["one ", "two"], [("Content-Length", "7")]),
    "/no-chunk": chunks([]),
    "/no-content": bare("204 No Content", [("X-A", "b")]),
    "/not-modified": bare("304 Not Modified", [("ETag", '"1"')]),
    "/redirect": bare("303 See Other", [("Location", "/there")]),
    "/teapot": text("short and stout", "418 I'm a teapot"),
    "/cookies": text("", headers=[("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2"), ("X-One", "only")]),
    "/latin1": text("", headers=[("X-Latin1", "\xe9\xff\x80")]),
    "/error": error,
}
