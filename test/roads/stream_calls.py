"""Calls a service whose bodies flow, and prints what came, one line of JSON for each: see stream-clients.test.ts."""

import io
import itertools
import json
import sys

from hagaki.client import Answered, Client
from hagaki.handlers import Failure


def main(contract: str, base: str) -> None:
    with open(contract) as file:
        api = Client(json.load(file), base, timeout=60)
    counting = api.call("count", {"from": 5})
    tell([next(counting) for _ in range(3)])
    counting.close()
    got = []
    try:
        for item in api.tired():
            got.append(item)
    except Failure as failure:
        tell([got, failure.code, failure.kind, failure.data])
    tell(list(api.double(body=(one for one in (1, 2, 3)))))
    try:
        tell(list(api.double(body=[{"bad": 1}])))
    except Answered as answered:
        tell(["Answered", answered.status, answered.code])
    tell(list(api.double(body=[1, 2, 4, 8, 16, 32])))
    tell(api.size(body=io.BytesIO(b"x" * 3_000_000)))
    tell(b"".join(api.upper(body=iter((b"ab", b"cd")))).decode())
    tell(sum(len(piece) for piece in api.upper(body=(b"x" * 65_536 for _ in range(2)))))
    tell(list(api.double(body=itertools.islice(api.call("count", {"from": 0}), 4))))


def tell(said):
    print(json.dumps(said))


main(*sys.argv[1:])
