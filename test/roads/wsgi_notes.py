"""A plain WSGI app that hangs, dies and remembers, as its path says."""

import os
import signal
import threading

_open = threading.Event()
_closed = threading.Event()
_made = 0


def app(environ, start_response):
    return PATHS[environ["PATH_INFO"]](environ, start_response)


def said(start_response, text):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(text).encode("utf-8")]


def hang(environ, start_response):
    _open.wait()
    return said(start_response, "open")


def die(environ, start_response):
    os.kill(os.getpid(), signal.SIGKILL)


def exits(environ, start_response):
    os._exit(3)


class Endless:
    """A body without an end, whose close() is told."""

    def __iter__(self):
        global _made
        while True:
            _made += 1
            yield b"\0" * 65_536

    def close(self):
        _closed.set()


def endless(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    return Endless()


def closed(environ, start_response):
    return said(start_response, _closed.wait(10))


PATHS = {
    "/pid": lambda environ, start_response: said(start_response, os.getpid()),
    "/hang": hang,
    "/die": die,
    "/exit": exits,
    "/endless": endless,
    "/made": lambda environ, start_response: said(start_response, _made),
    "/closed": closed,
    "/multi": lambda environ, start_response: said(
        start_response, [environ["wsgi.multithread"], environ["wsgi.multiprocess"]]
    ),
}
