"""The service that cases.json calls, in Python: calls-service.ts is the same in TypeScript."""

import os

from hagaki.handlers import (
    acts,
    cookie,
    creates,
    deletes,
    failure,
    guard,
    header,
    items,
    query,
    raw,
    reads,
    replaces,
    reply,
    service,
    text,
    updates,
)


def members(required, **properties):
    return {"type": "object", "properties": properties, "required": required}


INTEGER, NUMBER, STRING = {"type": "integer"}, {"type": "number"}, {"type": "string"}
ID = members(["id"], id=INTEGER)
WORDS = {**STRING, "minLength": 1}
NOTE = {**members(["id", "text", "rev"], id=INTEGER, text=STRING, rev=INTEGER), "additionalProperties": False}
ASKED = members(["q"], q=STRING, page=INTEGER, client=STRING, theme={"enum": ["dark", "light"]})
PERSON = members(["name", "tags"], name=STRING, age=INTEGER, tags={"type": "array", "items": STRING})

Gone = failure("note_gone", "missing", ID)
Nobody = failure("not_signed_in", "unauthenticated")
NotStaff = failure("not_staff", "denied")
notes: dict = {}
pictures: dict = {}


@guard("member", errors=[Nobody])
def member(head):
    if "x-user" not in head.headers:
        raise Nobody()
    return {"name": head.headers["x-user"], "path": head.path}


@guard("staff", uses={"who": member}, errors=[NotStaff])
def staff(_, used):
    if used.who["name"] != "anna":
        raise NotStaff()
    return used.who["path"]


@creates("/notes", accepts=members(["text"], text=WORDS), returns=NOTE, location="/notes/{id}", version="rev")
def add(note):
    made = {"id": len(notes) + 1, "text": note["text"], "rev": 1}
    notes[made["id"]] = made
    return made


@reads("/notes/{id}", accepts=ID, returns=NOTE, errors=[Gone], version="rev", fresh="1m")
def read(which):
    if which["id"] not in notes:
        raise Gone(which)
    return notes[which["id"]]


@updates("/notes/{id}", accepts=members(["id", "text"], id=INTEGER, text=WORDS), returns=NOTE, errors=[Gone], version="rev")
def change(note):
    before = notes[note["id"]]
    notes[note["id"]] = {**note, "rev": before["rev"] + 1}
    return notes[note["id"]]


@deletes("/notes/{id}", accepts=ID)
def remove(which):
    notes.pop(which["id"], None)


@acts(
    "/search",
    accepts=ASKED,
    returns=ASKED,
    sources={"page": query("p"), "client": header("x-client"), "theme": cookie()},
)
def search(asked):
    return asked


@acts("/form", accepts=PERSON, returns=PERSON, formats=["json", "form", "cbor"])
def form(person):
    return person


@acts("/size", takes=raw(), limit="10mb", returns=INTEGER)
def size(arrived):
    return sum(len(piece) for piece in arrived["body"])


@acts("/upper", takes=raw("text/plain"), gives=raw("text/plain"), limit="1mb")
def upper(arrived):
    for piece in arrived["body"]:
        yield piece.upper()


@reads("/count", accepts=members(["to"], to=INTEGER), gives=items(members(["at"], at=INTEGER), id="at"), errors=[Gone])
def count(asked, context):
    for at in range(int(context.resume or 0) + 1, asked["to"] + 1):
        if at == 4:
            raise Gone({"id": at})
        yield {"at": at}


@acts("/sum", takes=items(NUMBER), limit="1mb", returns=NUMBER)
def total(arrived):
    return sum(arrived["body"])


@acts("/doubled", takes=items(NUMBER), gives=items(NUMBER), limit="1mb")
def doubled(arrived):
    return (2 * number for number in arrived["body"])


@replaces("/pictures/{id}", accepts=ID, body=raw("image/png"), limit="1kb")
def put(picture):
    pictures[picture["id"]] = picture["body"]


@reads("/pictures/{id}", accepts=ID, returns=raw("image/png"), errors=[Gone])
def get(which):
    if which["id"] not in pictures:
        raise Gone(which)
    return pictures[which["id"]]


@acts("/octets", accepts=raw("application/zip"), returns=INTEGER)
def octets(body):
    return len(body)


@acts("/shout", accepts=text(), returns=text())
def shout(said):
    return said.upper()


@reads("/me", returns=members(["name", "path"], name=STRING, path=STRING), guards={"user": member})
def me(_, context):
    return context.user


@reads("/desk", returns={"type": "array", "items": STRING}, guards={"at": staff, "user": member})
def desk(_, context):
    return [context.at, context.user["name"]]


@acts("/faulty", returns=NUMBER)
def faulty(_):
    return "no number"


@acts("/undeclared")
def undeclared(_):
    raise Gone({"id": 7})


@acts("/unfit", errors=[Gone])
def unfit(_):
    raise Gone({"id": "seven"})


@acts("/breaks")
def breaks(_):
    raise RuntimeError("a secret")


ended = 0


@reads("/endless", gives=items(INTEGER))
def endless(_):
    global ended
    at = 0
    try:
        while True:
            at += 1
            yield at
    finally:
        ended += 1


@reads("/ended", returns=INTEGER)
def endings(_):
    return ended


@acts("/visit", returns=INTEGER)
def visit(_, context):
    visits = (context.carried.get("session") or {"visits": 0})["visits"] + 1
    context.carried["session"] = {"visits": visits}
    return visits


@acts("/enter", returns=INTEGER)
def enter(_, context):
    visits = (context.carried.get("session") or {"visits": 0})["visits"] + 1
    return reply(visits, set={"session": {"visits": visits}})


@reads("/page", returns={"type": "array", "items": INTEGER})
def page(_):
    return reply([1, 2], fields={"x-total": "7", "link": ['</page?2>; rel="next"', '</>; rel="up"']})


@reads("/moved", returns=STRING)
def moved(_):
    return reply("there", redirect={"to": "/v1/th\u00e9re?a=b", "as": "permanent"})


@acts("/done")
def done(_):
    return reply(redirect="./there")


@reads("/drawn", returns=raw("image/png", "image/gif"))
def drawn(_):
    return reply(b"GIF", media_type="image/gif", fields={"x-drawn": "yes"})


@reads("/odd", returns=INTEGER)
def odd(_):
    return reply(1, fields={"content-length": "7"})


@reads("/dying", gives=items(INTEGER))
def dying(_):
    yield 1
    os._exit(9)


service = service(
    {
        "notes": service({"add": add, "read": read, "change": change, "remove": remove}),
        "pictures": service({"put": put, "get": get}),
        "search": search,
        "form": form,
        "size": size,
        "upper": upper,
        "count": count,
        "total": total,
        "doubled": doubled,
        "octets": octets,
        "shout": shout,
        "me": me,
        "desk": desk,
        "faulty": faulty,
        "undeclared": undeclared,
        "unfit": unfit,
        "breaks": breaks,
        "endless": endless,
        "endings": endings,
        "visit": visit,
        "enter": enter,
        "page": page,
        "moved": moved,
        "done": done,
        "drawn": drawn,
        "odd": odd,
        "dying": dying,
    },
    prefix="/v1",
)
