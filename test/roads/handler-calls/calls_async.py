"""The service of calls_service.py, whose functions and guards are all async."""

import asyncio
import copy
import os

import calls_service as plain

from hagaki.handlers import service


def awaited(one):
    async def run(*given):
        await asyncio.sleep(0)
        return one.run(*given)

    return made_of(one, run)


def made_of(one, run):
    made = copy.copy(one)
    made.run, made.is_async = run, True
    made.guards = later(one.guards)
    return made


guards: dict = {}


def later(those):
    for one in those.values():
        if one.name not in guards:
            guards[one.name] = one._replace(decide=awaiting(one.decide), guards=later(one.guards))
    return {member: guards[one.name] for member, one in those.items()}


def awaiting(decide):
    async def decided(*given):
        await asyncio.sleep(0)
        return decide(*given)

    return decided


async def size(arrived):
    return sum([len(piece) async for piece in arrived["body"]])


async def upper(arrived):
    async for piece in arrived["body"]:
        yield piece.upper()


async def count(asked, context):
    for at in range(int(context.resume or 0) + 1, asked["to"] + 1):
        if at == 4:
            raise plain.Gone({"id": at})
        await asyncio.sleep(0)
        yield {"at": at}


async def total(arrived):
    return sum([number async for number in arrived["body"]])


async def doubled(arrived):
    async for number in arrived["body"]:
        yield 2 * number


async def endless(_):
    at = 0
    try:
        while True:
            at += 1
            yield at
    finally:
        await asyncio.sleep(0)
        plain.ended += 1


async def dying(_):
    yield 1
    os._exit(9)


STREAMS = {"size": size, "upper": upper, "count": count, "total": total, "doubled": doubled, "endless": endless, "dying": dying}


def of(name):
    one = plain.service.plans[name].handler
    return made_of(one, STREAMS[name]) if name in STREAMS else awaited(one)


def within(prefix):
    names = [name[len(prefix) :] for name in plain.service.plans if name.startswith(prefix)]
    return {name: of(prefix + name) for name in names if "." not in name}


service = service(
    {"notes": service(within("notes.")), "pictures": service(within("pictures.")), **within("")}, prefix="/v1"
)
