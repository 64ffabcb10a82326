"""Holds its calls until some time after it was told to go on without them."""

import os
import time


def app(environ, start_response):
    print(f"held by {os.getpid()}")
    time.sleep(1)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"fine"]
