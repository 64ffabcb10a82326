"""A service of async functions that write down what becomes of them."""

import asyncio
import os
import time

from hagaki.handlers import acts, items, raw, reads, service

FILE = os.environ["TOLD_TO"]
INTEGER = {"type": "integer"}
arrived = []


def tell(what):
    with open(FILE, "a") as file:
        print(what, file=file)


@acts("/meet", accepts={"type": "object", "properties": {"count": INTEGER}}, returns=INTEGER)
async def meet(asked):
    mine = asyncio.Event()
    arrived.append(mine)
    if len(arrived) == asked["count"]:
        for one in arrived:
            one.set()
    await mine.wait()
    return len(arrived)


@acts("/waits")
async def waits(_):
    tell("waits")
    try:
        await asyncio.sleep(60)
    finally:
        await asyncio.sleep(0)
        tell("waits is left")


@acts("/size", takes=raw(), limit="10mb", returns=INTEGER)
async def size(given):
    tell("size begins")
    octets = 0
    try:
        async for piece in given["body"]:
            octets += len(piece)
        return octets
    finally:
        tell("size ends")


@reads("/ticks", gives=items(INTEGER))
async def ticks(_):
    try:
        yield 1
        await asyncio.sleep(60)
    finally:
        tell("ticks is left")


@acts("/blocks")
async def blocks(_):
    tell("blocks")
    time.sleep(60)


@reads("/thread", returns=INTEGER)
def thread(_):
    return 1


service = service({"meet": meet, "waits": waits, "size": size, "ticks": ticks, "blocks": blocks, "thread": thread})
