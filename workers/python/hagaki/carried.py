"""
Context keys that a gateway carried here, as one dict of a call: an app reads them, and sets what is to go back. Pure.

    in     the context of a head, before the app has it
    out    what of it the app changed or added
    raises AnswerFaulty for what cannot be carried: whole numbers, texts, lists and dicts of those can
"""

from __future__ import annotations

from typing import Any, Optional

from hagaki.fault import AnswerFaulty
from hagaki.head import is_carried
from hagaki.payload import write_json


def written(context: dict[str, Any]) -> Optional[dict[str, bytes]]:
    """As it came, since an app may change what is in a value; None for none, as nearly always."""
    return {name: write_json(value) for name, value in context.items()} if context else None


def changed(context: dict[str, Any], before: Optional[dict[str, bytes]]) -> dict[str, Any]:
    if not context:
        return context
    if not is_carried(context):
        raise AnswerFaulty("what it set in hagaki.context is no data that can be carried: texts and whole numbers are")
    known = before or {}
    return {name: value for name, value in context.items() if known.get(name) != write_json(value)}
