"""A service whose resources say when they are opened and closed, and break as the environment says."""

import os
import threading
import time

from hagaki.handlers import acts, failure, guard, reads, resource, service
from hagaki.log import say

BREAKS = os.environ.get("BREAKS", "")
Nobody = failure("not_signed_in", "unauthenticated")


def breaks(what):
    if what in BREAKS:
        raise OSError(f"{what}: no such host.\nanother line")


@resource
def settings():
    say("open settings")
    return {"greeting": "hi"}


@resource(uses={"settings": settings}, timeout=0.2 if "hangs" in BREAKS else 30)
def db(used):
    breaks("open db")
    if "db hangs" in BREAKS:
        time.sleep(60)
    say(f"open db {used.settings['greeting']}")
    thread = threading.get_ident()
    try:
        yield {"thread": thread, "users": {"t1": "anna"}}
    finally:
        breaks("close db")
        if "db stays" in BREAKS:
            time.sleep(60)
        say(f"close db, on its own thread: {threading.get_ident() == thread}")


@resource(uses={"db": db})
def cards(used):
    breaks("open cards")
    say("open cards")
    if "no cards" in BREAKS:
        return
    yield [len(used.db["users"])]
    say("close cards")
    if "twice" in BREAKS:
        yield []


@guard("member", uses={"db": db}, errors=[Nobody])
def member(head, used):
    name = used.db["users"].get(head.headers.get("x-token"))
    if name is None:
        raise Nobody()
    return name


@reads("/me", returns={}, guards={"user": member})
def me(_, context):
    return context.user


@reads("/cards", returns={}, guards={"user": member}, uses={"cards": cards, "config": settings})
def counted(_, context):
    return [context.user, context.cards, context.config["greeting"]]


@acts("/hangs")
def hangs(_):
    say("hanging")
    time.sleep(60)


service = service({"me": me, "inner": service({"counted": counted}), "hangs": hangs})
