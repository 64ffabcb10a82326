"""Requests: what an app is told, and what it reads."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading

_gate = threading.Event()
_inputs = []


def app(environ, start_response):
    return _PATHS[environ["PATH_INFO"]](environ, start_response)


def _text(start_response, text):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [text.encode("utf-8")]


def _hello(environ, start_response):
    return _text(start_response, "hello")


def _environ(environ, start_response):
    known = {name: value for name, value in environ.items() if isinstance(value, (str, bool, tuple))}
    known["errors is stderr"] = environ["wsgi.errors"] is sys.stderr
    known["file wrapper"] = environ["wsgi.file_wrapper"].__name__
    return _text(start_response, json.dumps(known))


def _digest(environ, start_response):
    body = environ["wsgi.input"].read()
    return _text(start_response, f"{len(body)} {hashlib.sha256(body).hexdigest()}")


def _pieces(environ, start_response):
    """Reads in every way a file can be read."""
    file = environ["wsgi.input"]
    found = [
        file.read(3),
        file.readline(),
        file.readline(2),
        file.readlines(1),
        list(file),
        file.read(),
        file.read(5),
    ]
    return _text(start_response, repr(found))


def _ahead(environ, start_response):
    """Reads one octet, says so, and reads the rest when the gate opens."""
    first = environ["wsgi.input"].read(1)
    write = start_response("200 OK", [])
    write(b"read %d;" % len(first))
    _gate.wait()
    write(b"read %d" % len(environ["wsgi.input"].read()))
    return []


def _reading(environ, start_response):
    """Says what reading ended with, to whoever asks later."""
    try:
        environ["wsgi.input"].read()
    except OSError as error:
        print(f"reading ended: {error}", file=environ["wsgi.errors"], flush=True)
        raise
    return _text(start_response, "read")


def _kept(environ, start_response):
    """Reads what an earlier call was given."""
    _inputs.append(environ["wsgi.input"])
    return _text(start_response, repr(_inputs[0].read()))


def _unread(environ, start_response):
    return _text(start_response, "not read")


def _wait(environ, start_response):
    _gate.wait()
    return _text(start_response, "waited")


def _open(environ, start_response):
    _gate.set()
    return _text(start_response, "opened")


def _print(environ, start_response):
    """Writes to standard output in every way there is."""
    print("printed by the app")
    sys.stdout.write("written by the app\n")
    os.write(1, b"octets of the app\n")
    subprocess.run([sys.executable, "-S", "-c", "print('printed by a child')"], check=True)
    return _text(start_response, repr(sys.stdin.read()))


def _context(environ, start_response):
    """Says what was carried here, and sets and changes what goes back."""
    context = environ["hagaki.context"]
    told = json.dumps(context, sort_keys=True)
    context.setdefault("seen", []).append(1)
    context["set"] = {"odd": 1.5, "object": {1}}.get(environ["QUERY_STRING"], "here")
    return _text(start_response, told)


def _fork_comes_back(environ, start_response):
    """Forks that return, raise and exit, where the worker would go on."""
    statuses = []
    for way in ("returns", "raises", "exits"):
        child = os.fork()
        if child == 0:
            if way == "raises":
                raise RuntimeError("lost")
            return sys.exit(3) if way == "exits" else _text(start_response, "x" * 1_000_000)
        statuses.append(os.waitpid(child, 0)[1] >> 8)
    return _text(start_response, repr(statuses))


def _fork(environ, start_response):
    """A fork that writes and reads all descriptors it has, and ends itself as multiprocessing would."""
    child = os.fork()
    if child == 0:
        for descriptor in range(3, 20):
            for use in (lambda: os.write(descriptor, b"garbage"), lambda: os.read(descriptor, 1)):
                try:
                    use()
                except OSError:
                    pass
        os.kill(os.getpid(), signal.SIGTERM)
        os._exit(1)
    return _text(start_response, str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])))


_PATHS = {
    "/": _hello,
    "*": _hello,
    "/hello": _hello,
    "/environ": _environ,
    "/\u00c3\u00a9/b c": _environ,
    "/digest": _digest,
    "/pieces": _pieces,
    "/ahead": _ahead,
    "/reading": _reading,
    "/kept": _kept,
    "/unread": _unread,
    "/wait": _wait,
    "/open": _open,
    "/print": _print,
    "/context": _context,
    "/fork": _fork,
    "/fork-comes-back": _fork_comes_back,
}
