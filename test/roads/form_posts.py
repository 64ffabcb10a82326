"""Sends forms to a service by its contract and prints what came, one line of JSON for each: see form-clients.test.ts."""

import json
import sys

from hagaki.client import Answered, Client
from hagaki.handlers import File, Part


def main(contract: str, base: str) -> None:
    with open(contract) as file:
        api = Client(json.load(file), base, timeout=60)
    photo = File('a "b" \\ \N{SNOWMAN}.jpg', "image/jpeg", b"\0\xff\r\n" * 100)
    tell(api.add(title="Kyoto\n\N{SNOWMAN}", photo=photo, more=[photo, File("", "", b"x")], year=1999))
    tell(api.rated(id=7, body={"photo": photo}))
    pieces = (bytes(65_536) for _ in range(50))
    tell(api.upload(body=[Part("title", [b"Kyoto"]), Part("f", pieces, "big.bin", "application/x-big")]))
    tell(json.loads(api.signed(name="a b&c=\N{SNOWMAN}", tags=["x", "y"], age=7)))
    tell(api.echo(body=b"\0\xff").hex())
    tell(api.shout(body="na\N{LATIN SMALL LETTER I WITH DIAERESIS}ve"))
    try:
        api.add(title="Kyoto", photo="no file")
    except Answered as answered:
        tell([answered.code, answered.issues])


def tell(said):
    print(json.dumps(said))


main(*sys.argv[1:])
