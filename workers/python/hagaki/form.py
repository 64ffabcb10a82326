"""
Forms, as a client writes them: data as names with texts or files, or parts in the order they come.

RFC 7578. A form without files is `application/x-www-form-urlencoded` where the handler reads that. As
`src/client/forms.ts` and `parts-body.ts`.
"""

from __future__ import annotations

import re
import secrets
from typing import Any, Final, Iterable, Iterator, Mapping, Sequence, Union
from urllib.parse import quote, urlencode

from hagaki.handlers.part import File, Part
from hagaki.texts import InputInvalid, texts_of

_PLAIN: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"
# RFC 9110 section 8.3.1, in what a line of a head may hold.
_MEDIA_TYPE: Final = re.compile(r"[!#-'*+.^_`|~\w-]+/[!#-'*+.^_`|~\w-]+(?:[ \t]*;[\t -~]*)?", re.ASCII)


def holds_files(data: Any) -> bool:
    """True where a member is a file, or a list with one: what no JSON holds."""
    return isinstance(data, Mapping) and any(
        isinstance(one, File) for value in data.values() for one in _listed(value)
    )


def write_form(media_types: Sequence[str], data: Any) -> tuple[str, bytes]:
    """A form of one of these media types. Raises InputInvalid."""
    if not isinstance(data, Mapping):
        raise InputInvalid("a form is a dict of its names")
    entries = [(name, one) for name, value in data.items() for one in _entries(name, value)]
    if _PLAIN in media_types and not (_MULTIPART in media_types and holds_files(data)):
        return _PLAIN, urlencode([(name, _text_only(name, one)) for name, one in entries], quote_via=quote).encode()
    parts = [Part(name, [one.encode()]) if isinstance(one, str) else _file_part(name, one) for name, one in entries]
    media_type, pieces = write_parts(parts)
    return media_type, b"".join(pieces)


def write_parts(parts: Iterable[Part]) -> tuple[str, Iterator[bytes]]:
    """Parts as they are taken: what flows in one is read when its turn has come. Raises InputInvalid, then too."""
    boundary = secrets.token_hex(16)
    return f"{_MULTIPART}; boundary={boundary}", _pieces(parts, boundary)


def _pieces(parts: Iterable[Part], boundary: str) -> Iterator[bytes]:
    for part in parts:
        if not isinstance(part, Part):
            raise InputInvalid(f"the body has a {type(part).__name__}, and no Part")
        yield _head(boundary, part)
        for piece in part:
            if not isinstance(piece, (bytes, bytearray, memoryview)):
                raise InputInvalid(f"the part {part.name} gives a {type(piece).__name__}, and no bytes")
            yield bytes(piece)
        yield b"\r\n"
    yield f"--{boundary}--\r\n".encode()


def _head(boundary: str, part: Part) -> bytes:
    disposition = f'--{boundary}\r\ncontent-disposition: form-data; name="{_quoted(part.name)}"'
    if part.filename is not None:
        disposition += f'; filename="{_quoted(part.filename)}"'
    if part.media_type is not None:
        if not _MEDIA_TYPE.fullmatch(part.media_type):
            raise InputInvalid(f"the part {part.name} is of a media type that is none")
        disposition += f"\r\ncontent-type: {part.media_type}"
    return f"{disposition}\r\n\r\n".encode()


# A quoted string (RFC 9110 section 5.6.4), which is read as it was meant.
def _quoted(name: str) -> str:
    if re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", name):
        raise InputInvalid("a part has a name or a file name that no head can hold")
    return re.sub(r'(["\\])', r"\\\1", name)


def _entries(name: str, value: Any) -> Sequence[Union[str, File]]:
    listed = _listed(value)
    return listed if listed and all(isinstance(one, File) for one in listed) else texts_of(name, value)


# A file is a tuple itself.
def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) and not isinstance(value, File) else [value]


# A file without a name has none to be sent by, and would be a text.
def _file_part(name: str, file: File) -> Part:
    return Part(name, [file.content], file.name or "blob", file.media_type or "application/octet-stream")


def _text_only(name: str, value: Union[str, File]) -> str:
    if isinstance(value, str):
        return value
    raise InputInvalid(f"{name} is a file, which this form has not")
