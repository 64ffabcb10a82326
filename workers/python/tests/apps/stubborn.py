"""An app that will not end: a call that ignores everything, a thread and an atexit function too."""

import atexit
import threading

_never = threading.Event()
atexit.register(_never.wait)
threading.Thread(target=_never.wait).start()


def app(environ, start_response):
    print("hanging", file=environ["wsgi.errors"], flush=True)
    if environ["PATH_INFO"] == "/hang":
        _never.wait()
    start_response("200 OK", [])
    return [b"hello"]
