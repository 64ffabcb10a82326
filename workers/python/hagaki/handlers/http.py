"""
HTTP requests as calls of handlers: route, guards, body, data; and what they give as answers.

    in     a service, the head of a request, its body
    out    Answer: status, content type, fields, octets

`src/handler/bind.ts`, `take-data.ts` and `call/answer.ts` are the same rules.
"""

from __future__ import annotations

import re
from typing import Any, Callable, NamedTuple, Optional
from urllib.parse import unquote_to_bytes

from hagaki.head import RequestHead
from hagaki.handlers import jsonbody
from hagaki.handlers.dispatch import ABSENT, Context, GuardHead, decide, run
from hagaki.handlers.handler import DEFAULT_LIMIT, Handler
from hagaki.handlers.paths import segments
from hagaki.handlers.refused import Failure, Refusal, app_failed, input_invalid, malformed, misplaced, too_large
from hagaki.handlers.schema import pointer_of
from hagaki.handlers.service import JSON_TYPE, Plan, Service
from hagaki.handlers.texts import Form, Repeated, read_text, read_texts

_PROBLEM = "application/problem+json"
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")
_TYPE = re.compile(r"[ \t]*([!#$%&'*+.^_`|~\w-]+/[!#$%&'*+.^_`|~\w-]+)[ \t]*((?:;.*)?)", re.ASCII)
_CHARSET = re.compile(r';[ \t]*charset="?([^;" \t]*)"?', re.IGNORECASE)
_FIELD_VALUE = re.compile(r"[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?")


class Answer(NamedTuple):
    status: int
    content_type: Optional[str]
    fields: list[tuple[str, str]]
    body: Optional[bytes]


class Body(NamedTuple):
    length: Optional[int]  # octets; None when unknown, and without one
    is_absent: bool
    read: Callable[[int], bytes]  # 1 to so many octets, b"" at the end


def answer(service: Service, head: RequestHead, body: Body, context: Context) -> Answer:
    """Answers a request. Never raises what is for the caller."""
    try:
        return _answered(service, head, body, context)
    except Failure as failure:
        fields = [("www-authenticate", _challenge(failure.data))] if failure.kind == "unauthenticated" else []
        return _problem(failure.problem(), fields)
    except Refusal as refusal:
        return _problem(refusal.problem(), list(refusal.fields.items()))


def failed() -> Answer:
    return _problem(app_failed().problem(), [])


def _answered(service: Service, head: RequestHead, body: Body, context: Context) -> Answer:
    if head.path == "*":
        return Answer(204, None, [("allow", "")], None)
    found = service.router.find("GET" if head.method == "HEAD" else head.method, segments(head.path))
    if isinstance(found, dict):
        return _elsewhere(head, found)
    plan, texts = found
    handler = plan.handler
    if handler.returns is not None and not _accepts_json(head.headers.get("accept")):
        accept = head.headers["accept"]
        detail = {"accept": accept, "offers": [JSON_TYPE]}
        raise Refusal("not_acceptable", 406, detail, f'Cannot answer with "{accept}": offered are {JSON_TYPE}')
    decide(
        plan, GuardHead(head.method, head.path, head.query, head.headers, head.client, head.context), context
    )
    given = _received(handler, head, body)
    octets = run(plan, _bound(plan, texts, head.query, given), context)
    if octets is None:
        return Answer(204, None, [], None)
    return Answer(handler.meaning.status, JSON_TYPE, [], octets)


def _elsewhere(head: RequestHead, allowed: dict[str, None]) -> Answer:
    if not allowed:
        path = head.mount + head.path
        raise Refusal("route_missing", 404, {"path": path}, f'Nothing is at "{path}"')
    methods = [*allowed, *(["HEAD"] if "GET" in allowed else []), "OPTIONS"]
    allow = ", ".join(methods)
    if head.method == "OPTIONS":
        return Answer(204, None, [("allow", allow)], None)
    message = f'Cannot "{head.method}" here: allowed are {allow}'
    raise Refusal(
        "method_not_allowed", 405, {"method": head.method, "allow": methods}, message, {"allow": allow}
    )


def _received(handler: Handler, head: RequestHead, body: Body) -> Any:
    """The data of a body, or ABSENT."""
    if body.is_absent or body.length == 0:
        return ABSENT
    limit = DEFAULT_LIMIT if handler.limit is None else handler.limit
    if handler.body == "nothing":
        if body.length is None and body.read(1) == b"":
            return ABSENT
        raise misplaced("body", "request", "")
    refusal = _unreadable(head)
    if refusal is not None:
        if body.length is None and body.read(1) == b"":
            return ABSENT
        raise refusal
    if body.length is not None and body.length > limit:
        raise too_large(body.length, limit)
    octets = bytearray()
    while piece := body.read(65_536):
        octets += piece
        if len(octets) > limit:
            raise too_large(None, limit)
    return jsonbody.decode(bytes(octets)) if octets else ABSENT


def _unreadable(head: RequestHead) -> Optional[Refusal]:
    field = head.headers.get("content-type")
    match = None if field is None else _TYPE.fullmatch(field)
    if match is None or match[1].lower() != JSON_TYPE:
        told = "a body without content-type" if field is None else f'"{field}"'
        detail = {"mediaType": field, "accepts": [JSON_TYPE]}
        message = f"Cannot read {told}: send {JSON_TYPE}"
        return Refusal("media_type_unsupported", 415, detail, message, {"accept": JSON_TYPE})
    charset = _CHARSET.search(match[2])
    if charset is not None and charset[1].lower() not in ("utf-8", "utf8"):
        return malformed("its charset is not UTF-8")
    coding = head.headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        detail = {"coding": coding, "accepts": ["identity"]}
        message = f'Cannot undo content coding "{coding}": send identity, or none'
        return Refusal("content_coding_unsupported", 415, detail, message, {"accept-encoding": "identity"})
    return None


def _bound(plan: Plan, texts: list[str], query: Optional[str], given: Any) -> Any:
    """The input put together from path, query and body. A member in another place is refused."""
    handler = plan.handler
    names, members = plan.template.names, handler.members
    if handler.body == "whole":
        return given
    if members is None:
        return ABSENT
    data: dict[str, Any] = {}
    if given is not ABSENT:
        if not isinstance(given, dict):
            raise input_invalid([{"pointer": "", "message": "must be an object"}])
        for name in given:
            if name in names:
                raise misplaced(name, "body", "path")
        data.update(given)
    lists: dict[str, list[str]] = {}
    for name, text in _pairs(query):
        if name == "__proto__":
            raise _target_faulty("its query names __proto__")
        if name in names:
            raise misplaced(name, "query", "path")
        if handler.meaning.rest == "query":
            lists.setdefault(name, []).append(text)
        elif name in members.named:
            raise misplaced(name, "query", "body")
    for name, said in lists.items():
        data[name] = _value(name, said, members.named.get(name, members.others))
    if handler.meaning.rest == "query":
        for name in members.named:
            if members.is_empty_list(name):
                data.setdefault(name, [])
    for name, text in zip(names, texts):
        data[name] = read_text(text, members.named[name])
    return data


def _value(name: str, texts: list[str], form: Optional[Form]) -> Any:
    if form is None:
        return texts[0] if len(texts) == 1 else texts
    try:
        return read_texts(texts, form)
    except Repeated:
        raise input_invalid([{"pointer": pointer_of((name,)), "message": "is given more than once"}]) from None


def _pairs(query: Optional[str]) -> list[tuple[str, str]]:
    found = []
    for part in (query or "").split("&"):
        if part:
            name, _, text = part.partition("=")
            found.append((_decoded(name), _decoded(text)))
    return found


def _decoded(text: str) -> str:
    if _STRAY.search(text):
        raise _target_faulty("its query is not percent-encoded UTF-8")
    try:
        return unquote_to_bytes(text.replace("+", " ")).decode("utf-8")
    except UnicodeDecodeError as error:
        raise _target_faulty("its query is not percent-encoded UTF-8") from error


def _target_faulty(reason: str) -> Refusal:
    return Refusal("target_faulty", 400, {"reason": reason}, f"Cannot take request target: {reason}")


def _accepts_json(accept: Optional[str]) -> bool:
    """RFC 9110 section 12.5.1: the most specific range that matches decides, and q=0 refuses."""
    if accept is None or accept.strip() == "":
        return True
    best: tuple[int, bool] = (-1, False)
    for part in accept.split(","):
        media, *parameters = [one.strip().lower() for one in part.split(";")]
        rank = {"*/*": 0, "application/*": 1, JSON_TYPE: 2}.get(media)
        if rank is not None and rank > best[0]:
            refused = any(re.fullmatch(r"q=0(?:\.0{0,3})?", one) for one in parameters)
            best = (rank, not refused)
    return best[1]


def _challenge(data: Any) -> str:
    challenge = data.get("challenge") if isinstance(data, dict) else None
    fits = isinstance(challenge, str) and _FIELD_VALUE.fullmatch(challenge)
    return challenge if isinstance(challenge, str) and fits else "Bearer"


def _problem(problem: dict[str, Any], fields: list[tuple[str, str]]) -> Answer:
    return Answer(problem["status"], _PROBLEM, fields, jsonbody.encode(problem))
