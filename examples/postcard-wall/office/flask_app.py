"""
The post office: a Flask app like any other. It knows nothing of Hagaki, which runs it by `wsgi`.

It would run as well by `flask --app flask_app run` in this folder.
"""

from __future__ import annotations

import os
import secrets
from datetime import datetime, timezone
from typing import Any
from urllib.parse import unquote

from flask import Flask, redirect, render_template, request, session, url_for
from postage import COUNTRIES, HEAVIEST, postage
from werkzeug.wrappers import Response

app = Flask(__name__)
# Without a key of its own, sessions end with the process.
app.secret_key = os.environ.get("OFFICE_SECRET") or secrets.token_bytes(32)
app.jinja_env.autoescape = True  # Flask's own rule goes by the name, and knows no .jinja
app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
app.config["MAX_CONTENT_LENGTH"] = 4 * 1024

HOURS = [
    ("Monday to Friday", 9, 18),
    ("Saturday", 9, 13),
    ("Sunday", None, None),
]


@app.get("/")
def counter() -> str:
    """The counter: opening hours, and the postage that was asked for last."""
    return _counter()


@app.post("/quote")
def quote() -> Response | tuple[str, int]:
    """Takes the form and remembers it; what was asked is shown after the redirect."""
    country = request.form.get("country", "")
    weight = request.form.get("weight", "")
    wrong = _wrong(country, weight)
    if wrong:
        return _counter(country, weight, wrong), 422
    session["country"], session["weight"] = country, int(weight)
    return redirect(url_for("counter"), 303)


def _counter(country: str = "", weight: str = "", wrong: dict[str, str] | None = None) -> str:
    asked: Any = session.get("country") if wrong is None else None
    grams: Any = session.get("weight")
    return render_template(
        "counter.jinja",
        # The wall is one folder above wherever this app is mounted.
        root=request.script_root.rpartition("/")[0] + "/",
        # Who is signed in at the wall: the gateway says so, and lets nobody else say it.
        member=unquote(request.headers.get("X-Wall-Member", "")),
        hours=HOURS,
        is_open=_is_open(datetime.now(timezone.utc)),
        countries=COUNTRIES,
        heaviest=HEAVIEST,
        country=country or session.get("country", "jp"),
        weight=weight or (grams if grams is not None else 6),
        quote=postage(asked, grams) if asked in COUNTRIES and grams is not None else None,
        wrong=wrong or {},
    )


def _wrong(country: str, weight: str) -> dict[str, str]:
    wrong = {}
    if country not in COUNTRIES:
        wrong["country"] = "Choose a country from the list."
    if not (weight.isascii() and weight.isdigit() and 1 <= int(weight[:4]) <= HEAVIEST):
        wrong["weight"] = f"The weight must be 1 to {HEAVIEST} grams, in whole numbers."
    return wrong


def _is_open(now: datetime) -> bool:
    opens, closes = HOURS[max(0, now.weekday() - 4)][1:]
    return opens is not None and closes is not None and opens <= now.hour < closes
