"""Forms with files, in Python: forms-service.ts is the same in TypeScript."""

import os

from hagaki.handlers import acts, creates, file, multipart, parts, service


def members(required, **properties):
    return {"type": "object", "properties": properties, "required": required}


TEXT, INTEGER = {"type": "string"}, {"type": "integer"}
ALBUM = members(["title", "photo"], title=TEXT, photo=file(), more={"type": "array", "items": file()}, year=INTEGER)
SMALL = multipart(files="2kb", file="1kb", count=3, parts=6)
ended = []


def said(one):
    return {"name": one.name, "type": one.media_type, "size": len(one.content), "first": one.content[:4].decode("latin-1")}


@creates("/albums", accepts=ALBUM, returns={}, formats=["json", SMALL], limit="4kb")
def add(album):
    more = [said(one) for one in album.get("more", [])]
    return {"title": album["title"], "year": album.get("year"), "photo": said(album["photo"]), "more": more}


@acts("/rated/{id}", accepts=members(["id"], id=INTEGER), body=members(["photo"], photo=file()), returns={}, formats=["json", SMALL])
def rated(given):
    return {"id": given["id"], "photo": said(given["body"]["photo"])}


@creates("/uploads", takes=parts(parts=4, part="6mb"), limit="10mb", returns={})
def upload(arrived):
    told = []
    for part in arrived["body"]:
        if part.filename is None:
            told.append([part.name, part.text(100)])
        elif part.name == "passed":
            told.append([part.name, "passed over"])
        else:
            kept = part.spool(limit="5mb", hash=True)
            told.append([part.name, part.filename, part.media_type, kept.size, kept.sha256])
    return told


@acts("/gone", takes=parts(), limit="1mb", returns={})
def gone(arrived):
    first = next(arrived["body"])
    kept = first.spool(limit="1mb", memory=10)
    with kept.open() as read:
        return {"path": kept.path, "read": len(read.read()), "was": os.path.exists(kept.path)}


@acts("/late", takes=parts(), limit="1mb", returns={})
def late(arrived):
    first, _ = list(arrived["body"])
    return first.text(10)


@acts("/left", takes=parts(), limit="10mb")
def left(arrived):
    try:
        for part in arrived["body"]:
            part.spool(limit="10mb")
    finally:
        ended.append(True)


@acts("/ends", returns=INTEGER)
def ends(_):
    return len(ended)


service = service({"add": add, "rated": rated, "upload": upload, "gone": gone, "late": late, "left": left, "ends": ends})
