"""A service that writes down when its resources are opened and closed, and when it answered."""

import os
import time

from hagaki.handlers import failure, guard, reads, resource, service

FILE = os.environ.get("TOLD_TO", os.devnull)
Nobody = failure("not_signed_in", "unauthenticated")


def tell(what):
    with open(FILE, "a") as file:
        print(what, file=file)


@resource
def users():
    if os.environ.get("USERS") == "none":
        raise ConnectionRefusedError("no database at db.internal:5432")
    tell("users open")
    yield {"t1": "anna"}
    tell("users closed")


@resource(uses={"users": users})
def notes(used):
    tell("notes open")
    yield [f"{len(used.users)} user"]
    tell("notes closed")


@guard("member", uses={"users": users}, errors=[Nobody])
def member(head, used):
    if head.headers.get("x-token") not in used.users:
        raise Nobody()
    return used.users[head.headers["x-token"]]


@reads("/notes", returns={}, guards={"user": member}, uses={"notes": notes})
def listed(_, context):
    return [context.user, *context.notes]


@reads("/slow", returns={}, uses={"notes": notes})
def slow(_, context):
    tell("slow begun")
    time.sleep(0.3)
    tell("slow answers")
    return context.notes


service = service({"listed": listed, "slow": slow})
