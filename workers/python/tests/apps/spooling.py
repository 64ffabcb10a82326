"""A service that spools what comes, and tells how many files there are."""

import atexit
import os
import shutil
import tempfile
import threading

from hagaki.handlers import acts, parts, service
from hagaki.log import say

DIR = tempfile.mkdtemp()
atexit.register(shutil.rmtree, DIR, ignore_errors=True)


def count():
    return sum(len(files) for _, _, files in os.walk(DIR))


def watch():
    while count() == 0:
        pass
    say(f"spooling: {count()} file")


@acts("/spools", takes=parts(), limit="1mb")
def spools(arrived):
    threading.Thread(target=watch, daemon=True).start()
    try:
        for part in arrived["body"]:
            part.spool(limit="1mb", dir=DIR)
    finally:
        say(f"spooled: {count()} files")


@acts("/spools-async", takes=parts(), limit="1mb")
async def spools_async(arrived):
    threading.Thread(target=watch, daemon=True).start()
    try:
        async for part in arrived["body"]:
            await part.spool(limit="1mb", dir=DIR)
    finally:
        say(f"spooled: {count()} files")


service = service({"spools": spools, "spools_async": spools_async})
