"""A service whose functions are async, beside plain ones."""

import asyncio
import os
import threading

from hagaki.handlers import acts, failure, guard, items, raw, reads, resource, service
from hagaki.log import say

BREAKS = os.environ.get("BREAKS", "")
INTEGER = {"type": "integer"}
Gone = failure("note_gone", "missing", {"type": "object"})
Nobody = failure("not_signed_in", "unauthenticated")
together = []
let = threading.Event()


@resource(timeout=0.2 if "hangs" in BREAKS else 30)
async def pool():
    if "open pool" in BREAKS:
        raise OSError("no such host")
    if "pool hangs" in BREAKS:
        try:
            await asyncio.sleep(60)
        finally:
            say("pool was cancelled")
    task = asyncio.current_task()
    yield {"loop": asyncio.get_running_loop()}
    if "close pool" in BREAKS:
        raise OSError("lost")
    if "pool stays" in BREAKS:
        await asyncio.sleep(60)
    say(f"close pool, in its own task: {asyncio.current_task() is task}")


@resource(uses={"pool": pool})
async def plain(used):
    await asyncio.sleep(0)
    return used.pool["loop"]


@guard("member", uses={"pool": pool}, errors=[Nobody])
async def member(head, used):
    await asyncio.sleep(0)
    if "x-user" not in head.headers:
        raise Nobody()
    return [head.headers["x-user"], used.pool["loop"] is asyncio.get_running_loop()]


@guard("in_thread")
def in_thread(head):
    return threading.current_thread().name


@reads("/add", returns={}, guards={"user": member, "thread": in_thread}, uses={"loop": plain}, errors=[Gone])
async def add(data, context):
    await asyncio.sleep(0)
    if data == 7:
        raise Gone({"id": 7})
    return [data, context.user, context.loop is asyncio.get_running_loop()]


@reads("/together", returns={})
async def meet(count):
    """Answers when so many are there."""
    arrived = asyncio.Event()
    together.append(arrived)
    if len(together) == count:
        for one in together:
            one.set()
    await arrived.wait()
    return count


@acts("/waits")
async def waits(_, context):
    say("waits")
    try:
        await asyncio.sleep(60)
    finally:
        await asyncio.sleep(0)
        say(f"left, over: {context.is_over}")


@acts("/stubborn")
async def stubborn(_):
    say("stubborn begins")
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        await asyncio.sleep(0)
    say("stubborn goes on")


@acts("/hangs")
async def hangs(_):
    say("hanging")
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            pass


@acts("/blocks")
async def blocks(_):
    say("blocking")
    let.wait(60)


@acts("/let")
def lets(_):
    let.set()


@acts("/short")
async def takes_a_moment(_):
    say("short begins")
    await asyncio.sleep(0.3)
    say("short answers")


@reads("/count", gives=items(INTEGER))
async def count(_):
    try:
        for at in range(1_000_000):
            yield at
    finally:
        await asyncio.sleep(0)
        say("count is left")


@reads("/quiet", gives=items(INTEGER))
async def quiet(_):
    yield 1
    try:
        await asyncio.sleep(60)
    finally:
        say("quiet is left")


@reads("/three", gives=items(INTEGER), errors=[Gone])
async def three(_):
    yield 1
    yield 2
    raise Gone({"id": 3})


@reads("/list", gives=items(INTEGER))
async def listed(_):
    return [1, 2]


@acts("/sum", takes=items(INTEGER), limit=100, returns=INTEGER)
async def total(arrived):
    say("total begins")
    try:
        return sum([item async for item in arrived["body"]])
    finally:
        say("total ends")


@acts("/upper", takes=raw(), gives=raw(), limit=100)
async def upper(arrived):
    async for piece in arrived["body"]:
        yield piece.upper()


@acts("/whole", accepts=raw(), returns=raw("text/plain"))
async def whole(body):
    return body[::-1]


@acts("/large", returns={})
async def large(_):
    return "x" * 300_000


@acts("/exits")
async def exits(_):
    raise SystemExit("a secret")


@acts("/task-exits")
async def task_exits(_):
    async def task():
        raise SystemExit("a secret")

    asyncio.create_task(task())
    await asyncio.sleep(0.05)


@acts("/cancels")
async def cancels_itself(_):
    raise asyncio.CancelledError


@acts("/leaves-running")
async def leaves_running(_):
    async def task():
        try:
            await asyncio.sleep(60)
        finally:
            say("task ends")

    leaves_running.task = asyncio.create_task(task())
    await asyncio.sleep(0)


@acts("/wrapped", returns={})
def wrapped(data):
    return total.run({"body": data})


class Called:
    async def __call__(self, data):
        return threading.current_thread().name


called = acts("/called", returns={})(Called())

service = service(
    {
        one.run.__name__ if hasattr(one.run, "__name__") else "called": one
        for one in (
            add,
            meet,
            waits,
            stubborn,
            hangs,
            blocks,
            lets,
            takes_a_moment,
            count,
            quiet,
            three,
            listed,
            total,
            upper,
            whole,
            large,
            exits,
            task_exits,
            cancels_itself,
            leaves_running,
            wrapped,
            called,
        )
    }
)
