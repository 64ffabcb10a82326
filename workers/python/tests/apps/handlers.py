"""A service for the tests of handlers."""

import os
import sys

from hagaki.handlers import acts, failure, guard, items, raw, reads, reply, service

ID = {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}
Gone = failure("note_gone", "missing", ID)
Nobody = failure("not_signed_in", "unauthenticated")
closed = []


@guard("member", errors=[Nobody])
def member(head):
    if "x-user" not in head.headers:
        raise Nobody()
    return {"name": head.headers["x-user"], "carried": head.carried}


@guard("odd")
def odd(_):
    return object()


@reads("/notes/{id}", accepts=ID, returns=ID, errors=[Gone], guards={"user": member})
def read(which, context):
    if which["id"] == 7:
        raise Gone(which)
    return {"id": which["id"], "user": context.user, "resume": context.resume, "left": context.seconds_left}


@reads("/odd", guards={"user": odd})
def oddly(_):
    return None


@reads("/count", gives=items({"type": "integer"}))
def count(_):
    try:
        for at in range(1_000_000):
            yield at
    finally:
        closed.append(True)


@reads("/closed", returns={"type": "integer"})
def closings(_):
    return len(closed)


@reads("/three", gives=items({"type": "integer"}), errors=[Gone])
def three(_):
    yield from (1, 2)
    raise Gone({"id": 3})


@acts("/sum", takes=items({"type": "integer"}), limit=100, returns={"type": "integer"})
def total(arrived):
    return sum(arrived["body"])


@acts("/upper", takes=raw(), gives=raw(), limit=100)
def upper(arrived):
    return (piece.upper() for piece in arrived["body"])


@acts("/whole", accepts=raw(), returns=raw("text/plain"))
def whole(body):
    return body[::-1]


@acts("/drawn", gives=raw("image/png", "image/gif"))
def drawn(_):
    return reply(iter((b"GI", b"F")), media_type="image/gif", length=3, set={"session": {"seen": 1}})


@acts("/set", returns={})
def a_set(_):
    return {1, 2}


@acts("/text", gives=raw())
def a_text(_):
    return "no pieces"


@acts("/undeclared")
def undeclared(_):
    raise Gone({"id": 7})


@acts("/breaks")
def breaks(_):
    raise SystemExit("a secret")


@acts("/forks", returns={})
def forks(_):
    children = []
    for way in ("returns", "raises", "exits"):
        child = os.fork()
        if child == 0:
            if way == "raises":
                raise RuntimeError("lost")
            return sys.exit(3) if way == "exits" else "answered twice"
        children.append(os.waitpid(child, 0)[1] >> 8)
    return children


@acts("/unsayable", accepts={}, errors=[Gone])
def unsayable(which):
    raise Gone({"set": {1}, "nan": float("nan"), "large": "x" * 200_000}[which])


@acts("/carries", accepts={}, returns={})
def carries(octets, context):
    context.carried["much"] = "x" * octets


service = service(
    {
        "notes": service({"read": read}),
        "oddly": oddly,
        "count": count,
        "closings": closings,
        "three": three,
        "total": total,
        "upper": upper,
        "whole": whole,
        "drawn": drawn,
        "a_set": a_set,
        "a_text": a_text,
        "undeclared": undeclared,
        "breaks": breaks,
        "forks": forks,
        "unsayable": unsayable,
        "carries": carries,
    },
    prefix="/v1",
)
