"""A service for gateways, the same as in notes.rb."""

import os
import signal
import time
from pathlib import Path

from hagaki.handlers import acts, creates, failure, items, raw, reads, service

ID = {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}
TEXT = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
NUMBER = {"type": "integer"}

Gone = failure("note_gone", "missing", ID)


@creates("/notes", accepts=TEXT, returns=TEXT, limit="1kb")
def add(note):
    return note


@reads("/notes/{id}", accepts=ID, returns=TEXT, errors=[Gone])
def read(which):
    raise Gone(which)


@acts("/bytes", takes=raw(), limit="8mb", returns=NUMBER)
def size(arrived):
    return sum(len(piece) for piece in arrived["body"])


@reads("/count", gives=items(NUMBER))
def count(_):
    at = 0
    try:
        while True:
            at += 1
            yield at
    finally:
        mark("left")


@acts("/held", returns=NUMBER)
def held(_, context):
    mark("held")
    while not context.is_over and not Path("open").exists():
        time.sleep(0.01)
    mark("over" if context.is_over else "done")
    return 7


@reads("/pid", returns=NUMBER)
def pid(_):
    return os.getpid()


@acts("/dies", returns=NUMBER)
def dies(_):
    os.kill(os.getpid(), signal.SIGKILL)


@reads("/dies-once", returns=NUMBER)
def dies_once(_):
    if mark("died"):
        os.kill(os.getpid(), signal.SIGKILL)
    return 1


def mark(name):
    """True where nobody has been here before."""
    if Path(name).exists():
        return False
    Path(name).touch()
    return True


service = service({
    "add": add,
    "read": read,
    "size": size,
    "count": count,
    "held": held,
    "pid": pid,
    "dies": dies,
    "diesOnce": dies_once,
})
