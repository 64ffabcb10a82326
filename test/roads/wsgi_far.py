"""The twin of far.ts as a WSGI app, as far as WSGI can do what it does."""

import json
from collections import defaultdict
from queue import SimpleQueue

MADE = [0]
# What a test asks for in a later request, each by a query of its own.
OUTCOMES = defaultdict(SimpleQueue)
RETURNS = defaultdict(SimpleQueue)


class Endless:
    """Blocks as they are asked for, until nobody does."""

    def __init__(self, query):
        self.query = query

    def __iter__(self):
        while True:
            MADE[0] += 1
            yield bytes(65_536)

    def close(self):
        OUTCOMES[self.query].put(b'{"status":200,"aborted":true}')
        RETURNS[self.query].put(b"returned")


def breaks():
    yield b"one"
    raise RuntimeError("broke")


def size(input):
    octets = 0
    while piece := input.read(65_536):
        octets += len(piece)
    return octets


def cart(path, context):
    """`/cart`: all that this side shares with the gateway is the name of a key."""
    _, _, what, item, *_ = [*path.split("/"), "", ""]
    held = context.get("session")
    if what == "add":
        context["session"] = {"items": [*(held or {"items": []})["items"], item]}
    elif what == "end":
        context["session"] = None
    elif what == "wrong":
        context["session"] = {"items": "many"}
    elif what == "late":
        return late(context)
    return [json.dumps(context.get("session"), separators=(",", ":")).encode()]


def late(context):
    yield b"la"  # and so the head is out
    context["session"] = {"items": ["too late"]}
    yield b"te"


def user(context):
    name = context.get("user", "nobody")
    context["user"] = f"{name} of the thread"
    return [name.encode()]


def app(environ, start_response):
    path, query, context = environ["PATH_INFO"], environ["QUERY_STRING"], environ["hagaki.context"]
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    if path.startswith("/cart"):
        return cart(path, context)
    if path == "/size":
        return [b"%d" % size(environ["wsgi.input"])]
    if path == "/ask":
        return [b"%d" % len(environ["wsgi.input"].read())]
    if path == "/told/left":
        return Endless(query)
    if path == "/told/outcome":
        return [OUTCOMES[query].get()]
    if path == "/told/return":
        return [RETURNS[query].get()]
    if path == "/made":
        return [b"%d" % MADE[0]]
    if path == "/breaks":
        return breaks()
    if path == "/double":
        return [b"%d" % (2 * int(environ["HTTP_X_NUMBER"]))]
    return user(context)
