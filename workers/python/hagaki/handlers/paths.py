"""
Paths: templates, "/notes/{id}", and requests routed by them. Pure.

`src/handler/template.ts`, `router.ts` and `src/value/path.ts` are the same rules.
"""

from __future__ import annotations

import re
from typing import Generic, Optional, TypeVar, Union
from urllib.parse import unquote_to_bytes

from hagaki.handlers.refused import Refusal, SetupFaulty

T = TypeVar("T")

_NAME = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_NO_LITERAL = re.compile(r"[{}%?#*\\\x00-\x1f\x7f]|^:|^\.\.?$")
_PATH = re.compile(r"/[!$-;=@-\[\]_a-z~]*")
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")


class Template:
    def __init__(self, text: str) -> None:
        """SetupFaulty."""
        self.text = text
        self.names: list[str] = []
        if not text.startswith("/"):
            raise _faulty(text, 'it does not begin with "/"')
        self.segments = [self._segment(part) for part in text[1:].split("/")]

    def _segment(self, part: str) -> tuple[bool, str]:
        match = _NAME.fullmatch(part)
        if match is None:
            if _NO_LITERAL.search(part):
                raise _faulty(self.text, f'"{part}" is no segment')
            return False, part
        if match[1] in self.names:
            raise _faulty(self.text, f"{match[1]} is there twice")
        self.names.append(match[1])
        return True, match[1]


def _faulty(text: str, reason: str) -> SetupFaulty:
    fix = 'Write it like "/notes/{id}/pages/{page}": a name takes one whole segment'
    return SetupFaulty(f'path "{text}"', reason, fix)


def segments(path: str) -> list[str]:
    """Decodes a path. Refusal: path_faulty, for what two readers could take differently."""
    if _PATH.fullmatch(path.replace("%", "")) is None:
        raise _path_faulty("it holds a character that must be encoded")
    return [_decoded(raw) for raw in path[1:].split("/")]


def _decoded(raw: str) -> str:
    text = raw
    if "%" in raw:
        if _STRAY.search(raw):
            raise _path_faulty('it holds a "%" without two digits')
        try:
            text = unquote_to_bytes(raw).decode("utf-8")
        except UnicodeDecodeError as error:
            raise _path_faulty("its encoded octets are not UTF-8") from error
    if text in (".", ".."):
        raise _path_faulty("it holds a dot segment")
    if "/" in text or "\\" in text or "\0" in text:
        raise _path_faulty("it holds an encoded slash, backslash or NUL")
    return text


def _path_faulty(reason: str) -> Refusal:
    return Refusal("path_faulty", 400, {"reason": reason}, f"Cannot take path: {reason}")


class Router(Generic[T]):
    """A trie of segments. A literal goes before a name, and a name steps in where a literal leads nowhere."""

    def __init__(self) -> None:
        self._literals: dict[str, Router[T]] = {}
        self._named: Optional[Router[T]] = None
        self._routes: dict[str, tuple[str, T]] = {}

    def add(self, name: str, method: str, template: Template, route: T) -> None:
        """SetupFaulty when another route would answer the same requests."""
        at = self
        for is_name, text in template.segments:
            if is_name:
                at._named = at._named or Router()
                at = at._named
            else:
                at = at._literals.setdefault(text, Router())
        if method in at._routes:
            what = f'Handlers "{at._routes[method][0]}" and "{name}"'
            raise SetupFaulty(what, f"both answer {method} {template.text}", "Give one of them another path")
        at._routes[method] = (name, route)

    def find(self, method: str, parts: list[str]) -> Union[tuple[T, list[str]], dict[str, None]]:
        """The route and the texts of its names; or the methods that the path has."""
        allowed: dict[str, None] = {}  # in the order of the handlers
        return self._search(parts, 0, [], method, allowed) or allowed

    def _search(
        self, parts: list[str], depth: int, texts: list[str], method: str, allowed: dict[str, None]
    ) -> Optional[tuple[T, list[str]]]:
        if depth == len(parts):
            if method in self._routes:
                return self._routes[method][1], texts
            allowed.update(dict.fromkeys(self._routes))
            return None
        segment = parts[depth]
        literal = self._literals.get(segment)
        found = literal._search(parts, depth + 1, texts, method, allowed) if literal else None
        # An empty segment names nothing: "/notes/" is not "/notes/{id}".
        if found is not None or self._named is None or segment == "":
            return found
        return self._named._search(parts, depth + 1, [*texts, segment], method, allowed)
