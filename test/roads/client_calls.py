"""Calls a service by its contract and prints what came, one line of JSON for each: see python-handlers.test.ts."""

import json
import sys

from hagaki.client import Answered, CallLost, CallTimeout, Client, InputInvalid
from hagaki.handlers import Failure


def main(contract: str, base: str) -> None:
    with open(contract) as file:
        api = Client(json.load(file), base, headers={"x-user": "anna"}, timeout=20)
    made = api.add(text="from Python \N{SNOWMAN}")
    tell(made["text"])
    tell(api.call("read", {"id": made["id"]}) == made)
    tell(api.rename(id=made["id"], text="changed")["text"])
    tell(api.asked(tags=["a b", "c/d"], most=3, exact=True))
    tell(api.asked(tags=[]))
    tell(api.call("total", [1, 2, 3.5]))
    tell(api.me())
    tell(len(api.large(size=300_000)))
    tell(api.remove(id=made["id"]))
    tell(failing(lambda: api.read(id=77)))
    tell(failing(lambda: api.add(text="")))
    tell(failing(lambda: api.read(id="")))
    tell(failing(lambda: api.breaks()))
    tell(failing(lambda: api.call("slow", timeout=0.05)))
    tell(failing(lambda: Client({"hagaki": 1, "handlers": api._handlers}, "http://127.0.0.1:1").me()))


def failing(call):
    try:
        return call()
    except Failure as failure:
        return ["Failure", failure.code, failure.kind, failure.data]
    except Answered as answered:
        return ["Answered", answered.status, answered.code, [one["pointer"] for one in answered.issues]]
    except (CallLost, CallTimeout, InputInvalid) as error:
        return [type(error).__name__]


def tell(said):
    print(json.dumps(said))


main(*sys.argv[1:])
