"""
What a function says besides its data: `return reply(data, fields={"x-total": "7"})`. `src/handler/reply.ts` has the same,
and what is said is checked there.
"""

from __future__ import annotations

from typing import Any, Final, Mapping, NamedTuple, Optional, Sequence, Union

SAID: Final = "hagaki:reply"  # the context key it travels under


class Reply(NamedTuple):
    """Data with what is said besides; `carried` are context keys."""

    data: Any
    carried: Mapping[str, Any]


def reply(
    data: Any = None,
    *,
    fields: Optional[Mapping[str, Union[str, Sequence[str]]]] = None,
    redirect: Union[None, str, Mapping[str, str]] = None,
    set: Optional[Mapping[str, Any]] = None,
    media_type: Optional[str] = None,
    length: Optional[int] = None,
) -> Reply:
    """
    Gives data and more. A function that may return data, or what flows, may return this.

        fields      further fields of the answer, of lower-case names
        redirect    where to go instead: "/notes" for 303, or {"to": "/notes", "as": "temporary"}, or "permanent"
        set         context keys that go back to who is around the handler
        media_type  which one bytes are of, whose schema names several
        length      how many bytes will flow
    """
    said = {
        "fields": None if fields is None else dict(fields),
        "redirect": {"to": redirect} if isinstance(redirect, str) else redirect and dict(redirect),
        "mediaType": media_type,
        "length": length,
    }
    parts = {name: value for name, value in said.items() if value is not None}
    return Reply(data, {**(set or {}), **({SAID: parts} if parts else {})})


def unwrapped(returned: Any, carried: dict[str, Any]) -> Any:
    """What a function returned, without what it said besides, which goes into `carried`."""
    if not isinstance(returned, Reply):
        return returned
    carried.update(returned.carried)
    return returned.data
