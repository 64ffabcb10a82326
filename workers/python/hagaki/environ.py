"""
The WSGI environment of a call. Pure.

    in     a request head, its body's length, what is the same for every call
    out    environ, a plain dict of native strings and `wsgi.` members

PEP 3333, "environ Variables" and "URL Reconstruction"; RFC 3875 section 4.1 for the CGI names.
"""

from __future__ import annotations

from typing import Any, Final, Mapping, Optional
from urllib.parse import unquote_to_bytes
from wsgiref.util import FileWrapper

from hagaki.head import RequestHead

# The carried key by which a gateway says who its guards have let in. No field of a request is heard:
# what a client sends as Remote-User is HTTP_REMOTE_USER.
_USER_KEY: Final = "remote-user"

_PORTS: Final = {"http": "80", "https": "443"}

# They have a name of their own, or (proxy) would become the HTTP_PROXY by which many client
# libraries choose where they connect to: "httpoxy", CVE-2016-5385.
_NOT_AS_HTTP: Final = frozenset({"content-type", "content-length", "proxy"})


def base_environ(errors: Any, multithread: bool) -> dict[str, Any]:
    """What is the same for every call of a worker."""
    return {
        "wsgi.version": (1, 0),
        "wsgi.errors": errors,
        "wsgi.multithread": multithread,
        "wsgi.multiprocess": True,  # the gateway may run any number of workers
        "wsgi.run_once": False,
        # The end of the body is an end of file, so an app may read a body of unknown length.
        "wsgi.input_terminated": True,
        "wsgi.file_wrapper": FileWrapper,
    }


def environ_of(
    head: RequestHead, length: Optional[int], input: Any, base: Mapping[str, Any]
) -> dict[str, Any]:
    """`length` is that of the body in octets: None without one, and when unknown."""
    environ = dict(base)
    name, port = _server(head)
    environ["REQUEST_METHOD"] = head.method
    environ["SCRIPT_NAME"] = _decoded(head.mount)
    # "*" stays what it is, as in other servers. RFC 9112 section 3.2.4 would allow an empty path,
    # but then the app would answer for its root, which the request does not address.
    environ["PATH_INFO"] = _decoded(head.path)
    environ["QUERY_STRING"] = head.query or ""
    environ["SERVER_NAME"] = name
    environ["SERVER_PORT"] = port
    environ["SERVER_PROTOCOL"] = "HTTP/" + (head.http or "1.1")
    environ["wsgi.url_scheme"] = head.protocol
    environ["wsgi.input"] = input
    if head.client is not None:
        environ["REMOTE_ADDR"] = head.client
    environ["hagaki.context"] = head.context
    user = head.context.get(_USER_KEY)
    if isinstance(user, str) and user:
        # Octets as code units, as PEP 3333 has all text that came from elsewhere.
        environ["REMOTE_USER"] = user.encode("utf-8").decode("latin-1")
    if "content-type" in head.headers:
        environ["CONTENT_TYPE"] = head.headers["content-type"]
    # The length of the body that is there, never what a field says: the two may differ once a
    # gateway has decoded the body, and this one is what wsgi.input gives.
    if length is not None:
        environ["CONTENT_LENGTH"] = str(length)
    for field, value in head.headers.items():
        variable = _VARIABLES.get(field)
        if variable is None:
            variable = _variable_of(field)
        if variable:
            environ[variable] = value
    return environ


# By field; most requests bring the same. Bounded, since clients choose them.
_VARIABLES: Final[dict[str, str]] = {}
_MAX_VARIABLES: Final = 1_000
_MAX_FIELD: Final = 64  # characters of one that is kept


def _variable_of(field: str) -> str:
    """The variable's name; empty for a field that is none."""
    # X_Forwarded_For would become the same HTTP_X_FORWARDED_FOR as X-Forwarded-For, which
    # gateways take care to set themselves: whoever sends the former is not heard.
    is_none = "_" in field or field in _NOT_AS_HTTP
    variable = "" if is_none else "HTTP_" + field.upper().replace("-", "_")
    if len(_VARIABLES) < _MAX_VARIABLES and len(field) <= _MAX_FIELD:
        _VARIABLES[field] = variable
    return variable


def _decoded(path: str) -> str:
    """Percent-decoded, each octet a code unit: PEP 3333's "bytes-as-unicode" native string."""
    return unquote_to_bytes(path).decode("latin-1") if "%" in path else path


def _server(head: RequestHead) -> tuple[str, str]:
    """
    SERVER_NAME and SERVER_PORT, by the authority that the client addressed.

    PEP 3333 wants neither to be empty. An IPv6 address keeps its brackets (RFC 3875 4.1.14).
    """
    host = head.headers.get("host", "")
    name, colon, port = host.rpartition(":")
    if not colon or port.endswith("]"):
        name, port = host, ""
    return name or "localhost", port or _PORTS[head.protocol]
