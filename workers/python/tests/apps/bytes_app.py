"""A web3 app (PEP 444), and ways to be none."""

import json

closed = []


class Body:
    def __init__(self, *blocks):
        self.blocks = blocks

    def __iter__(self):
        return iter(self.blocks)

    def close(self):
        closed.append(True)


def app(environ):
    path = environ["PATH_INFO"]
    if path == b"/environ":
        told = {
            name: value.decode("latin-1") if isinstance(value, bytes) else value
            for name, value in environ.items()
            if isinstance(value, (bytes, bool, tuple))
        }
        told["texts"] = [name for name, value in environ.items() if isinstance(value, str)]
        return [json.dumps(told).encode()], b"200 OK", [(b"Content-Type", b"application/json")]
    if path == b"/read":
        body = environ["web3.input"].read()
        return Body(b"read ", body), b"201 Created", [(b"X-A", b"1"), (b"X-A", b"2")]
    if path == b"/closed":
        return [b"%d" % len(closed)], b"200 OK", []
    if path == b"/text":
        return Body(b"x"), "200 OK", []
    if path == b"/status":
        return Body(b"x"), b"nothing", []
    if path == b"/later":
        return lambda: ([], b"200 OK", [])
    raise ValueError(path)
