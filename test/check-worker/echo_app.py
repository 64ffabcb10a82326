"""An echo worker of spec/check-worker.md as a WSGI app, for `hagaki check-worker`."""

import time


def app(environ, start_response):
    path = environ["PATH_INFO"]
    if not path.startswith("/echo"):
        return held(start_response)
    body = environ["wsgi.input"].read()
    start_response(
        "200 OK",
        [
            ("Content-Type", "application/octet-stream"),
            ("Echo-Method", environ["REQUEST_METHOD"]),
            ("Echo-Path", path),
        ],
    )
    return [body]


def held(start_response):
    """Answers nothing. An empty block is what a WSGI app looks with whether anybody waits."""
    start_response("200 OK", [])
    while True:
        yield b""
        time.sleep(0.01)
