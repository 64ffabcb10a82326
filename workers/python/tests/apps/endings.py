"""
Endings: bodies that count how often close() is called.

For one thread: then a call that asks for a count runs after all that the calls before it did.
"""

from collections import Counter

_ran = Counter()
_closed = Counter()


def app(environ, start_response):
    name = environ["PATH_INFO"].strip("/")
    if name.startswith("count/"):
        start_response("200 OK", [])
        path = name[len("count/") :]
        return [f"ran {_ran[path]}, closed {_closed[path]}".encode()]
    _ran[name] += 1
    if name == "held":
        environ["wsgi.input"].read()
    if name != "lazy":
        fields = [("Content-Length", "3")] if name in ("short", "long", "exact") else []
        start_response(environ.get("HTTP_X_STATUS", "200 OK"), fields)
    return _Body(name, environ, start_response)


class _Body:
    def __init__(self, name, environ, start_response):
        self._name = name
        self._environ = environ
        self._start_response = start_response

    def __iter__(self):
        return getattr(self, "_" + self._name.replace("-", "_"))()

    def close(self):
        _closed[self._name] += 1
        print(f"closed {self._name}", file=self._environ["wsgi.errors"], flush=True)
        if self._name == "close-fails":
            raise RuntimeError("close() broke")

    def _whole(self):
        yield b"one"
        yield b"two"

    _close_fails = _held = _whole

    def _never_iterated(self):
        raise AssertionError("a body that nobody gets was iterated")

    def _exact(self):
        yield b"abc"

    def _short(self):
        yield b"a"

    def _long(self):
        yield b"abcd"

    def _raises(self):
        raise RuntimeError("iter() broke")

    def _breaks_off(self):
        yield b"some"
        raise RuntimeError("next() broke")

    def _endless(self):
        while True:
            yield b"e" * 10_000

    def _reads(self):
        yield b"reading"
        self._environ["wsgi.input"].read()

    def _idle(self):
        """Nothing to say for now, over and over."""
        yield b"idle"
        while True:
            yield b""

    def _lazy(self):
        self._start_response("200 OK", [])
        while True:
            yield b"lazy"
