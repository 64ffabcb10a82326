"""The app of `tally.ts` in Python: it writes down each call that it begins, before it answers."""

import json
import os
import time


def app(environ, start_response):
    token = environ["PATH_INFO"][1:]
    with open(os.environ["TALLY"], "a") as tally:
        tally.write(f"{token}\n")
    said = environ["wsgi.input"].read().decode()
    time.sleep(0.002)  # so that there is something under way
    start_response("200 OK", [("content-type", "application/json")])
    return [json.dumps({"token": token, "said": said, "worker": f"{os.getpid()}/0"}).encode()]
