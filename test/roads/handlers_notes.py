"""The twin of the service in python-handlers.test.ts."""

import os

from hagaki.handlers import Failure, acts, creates, deletes, failure, guard, reads, service, updates

ID = {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}
NOTE = {
    "type": "object",
    "properties": {"id": {"type": "integer"}, "text": {"type": "string"}},
    "required": ["id", "text"],
    "additionalProperties": False,
}
TEXT = {"type": "object", "properties": {"text": {"type": "string", "minLength": 1}}, "required": ["text"]}
FILTER = {
    "type": "object",
    "properties": {
        "tags": {"type": "array", "items": {"type": "string"}},
        "most": {"type": "integer", "minimum": 1, "maximum": 9},
        "exact": {"type": "boolean"},
    },
    "required": ["tags"],
}
CHANGE = {**ID, "properties": {**ID["properties"], **TEXT["properties"]}, "required": ["id", "text"]}

Gone = failure("note_gone", "missing", ID)
Nobody = failure("not_signed_in", "unauthenticated")
notes: dict = {}


@guard("member", errors=[Nobody])
def member(head):
    if "x-user" not in head.headers:
        raise Nobody()
    return head.headers["x-user"]


@creates("/notes", accepts=TEXT, returns=NOTE, limit="16kb", summary="Adds a note")
def add(note):
    made = {"id": len(notes) + 1, "text": note["text"]}
    notes[made["id"]] = made
    return made


@reads("/notes/{id}", accepts=ID, returns=NOTE, errors=[Gone])
def read(which):
    return notes.get(which["id"]) or gone(which["id"])


@updates("/notes/{id}", accepts=CHANGE, returns=NOTE, errors=[Gone])
def rename(change):
    note = notes.get(change["id"]) or gone(change["id"])
    note["text"] = change["text"]
    return note


@deletes("/notes/{id}", accepts=ID)
def remove(which):
    notes.pop(which["id"], None)


@reads("/filter", accepts=FILTER, returns=FILTER)
def asked(filter):
    return filter


@acts("/sum", accepts={"type": "array", "items": {"type": "number"}}, returns={"type": "number"})
def total(numbers):
    return sum(numbers)


@reads("/me", returns={"type": "string"}, guards={"user": member})
def me(_, context):
    return context.user


@acts("/large", accepts={"type": "object", "properties": {"size": {"type": "integer"}}}, returns={"type": "string"})
def large(asked):
    return "x" * asked["size"]


@acts("/faulty", returns={"type": "number"})
def faulty(_):
    return "no number"


@acts("/undeclared")
def undeclared(_):
    raise Failure("note_gone", "missing", {"id": 7})


@acts("/breaks")
def breaks(_):
    raise RuntimeError("a secret")


@acts("/dies")
def dies(_):
    os._exit(9)


FILE = {"type": "object", "properties": {"file": {"type": "string"}}, "required": ["file"]}


def once(asked):
    if os.path.exists(asked["file"]):
        return "the second time"
    with open(asked["file"], "w"):
        os._exit(9)


read_once = reads("/once", accepts=FILE, returns={"type": "string"})(once)
act_once = acts("/once", accepts=FILE, returns={"type": "string"})(once)


def gone(id):
    raise Gone({"id": id})


service = service(
    {
        "add": add,
        "read": read,
        "rename": rename,
        "remove": remove,
        "asked": asked,
        "total": total,
        "me": me,
        "large": large,
        "faulty": faulty,
        "undeclared": undeclared,
        "breaks": breaks,
        "dies": dies,
        "readOnce": read_once,
        "actOnce": act_once,
    }
)
