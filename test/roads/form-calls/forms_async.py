"""The service of forms_service.py, whose functions are async."""

import os

from hagaki.handlers import acts, creates, parts, service

import forms_service as plain


@creates("/albums", accepts=plain.ALBUM, returns={}, formats=["json", plain.SMALL], limit="4kb")
async def add(album):
    return plain.add(album)


@acts("/rated/{id}", accepts=plain.rated.accepts, body=plain.rated.body, returns={}, formats=["json", plain.SMALL])
async def rated(given):
    return plain.rated(given)


@creates("/uploads", takes=parts(parts=4, part="6mb"), limit="10mb", returns={})
async def upload(arrived):
    told = []
    async for part in arrived["body"]:
        if part.filename is None:
            told.append([part.name, await part.text(100)])
        elif part.name == "passed":
            told.append([part.name, "passed over"])
        else:
            kept = await part.spool(limit="5mb", hash=True)
            told.append([part.name, part.filename, part.media_type, kept.size, kept.sha256])
    return told


@acts("/gone", takes=parts(), limit="1mb", returns={})
async def gone(arrived):
    async for first in arrived["body"]:
        kept = await first.spool(limit="1mb", memory=10)
        with kept.open() as read:
            return {"path": kept.path, "read": len(read.read()), "was": os.path.exists(kept.path)}


@acts("/late", takes=parts(), limit="1mb", returns={})
async def late(arrived):
    first, _ = [part async for part in arrived["body"]]
    return await first.text(10)


@acts("/left", takes=parts(), limit="10mb")
async def left(arrived):
    try:
        async for part in arrived["body"]:
            await part.spool(limit="10mb")
    finally:
        plain.ended.append(True)


@acts("/ends", returns=plain.INTEGER)
async def ends(_):
    return len(plain.ended)


service = service({"add": add, "rated": rated, "upload": upload, "gone": gone, "late": late, "left": left, "ends": ends})
