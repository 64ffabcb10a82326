"""Values as the texts of paths, queries, fields and forms, for the client. Raises InputInvalid."""

from __future__ import annotations

import json
import math
from typing import Any


class InputInvalid(ValueError):
    """Data that cannot be sent as the contract has it."""


def texts_of(name: str, value: Any) -> list[str]:
    """One, or one for each item of a list."""
    if isinstance(value, (list, tuple)):
        return [text_of(name, one, null=True) for one in value]
    return [text_of(name, value, null=True)]


def text_of(name: str, value: Any, null: bool = False) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or (null and value is None):
        return json.dumps(value)
    if isinstance(value, (int, float)) and math.isfinite(value):
        return json.dumps(value)
    raise InputInvalid(f"{name} is missing" if value is None else f"{name} cannot be written there")
