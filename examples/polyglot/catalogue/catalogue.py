"""
The catalogue: a Flask app like any other. It knows nothing of Hagaki, which runs it by `wsgi`.

It would run as well by `flask --app catalogue run` in this folder.
"""

from __future__ import annotations

from flask import Flask, abort, request

app = Flask(__name__)

BOOKS = {
    1: {"title": "The Left Hand of Darkness", "by": "Ursula K. Le Guin", "year": 1969},
    2: {"title": "Solaris", "by": "Stanislaw Lem", "year": 1961},
    3: {"title": "Kindred", "by": "Octavia E. Butler", "year": 1979},
}


@app.get("/books")
def books() -> dict[str, object]:
    """All books, or those whose title or author has the word `q`."""
    word = request.args.get("q", "").lower()
    found = [
        {"id": number, **book}
        for number, book in BOOKS.items()
        if word in book["title"].lower() or word in book["by"].lower()
    ]
    # Whoever the gateway has let in; nobody can say so by a field.
    return {"reader": request.environ.get("REMOTE_USER"), "books": found}


@app.get("/books/<int:number>")
def book(number: int) -> dict[str, object]:
    """One book."""
    if number not in BOOKS:
        abort(404)
    return {"id": number, **BOOKS[number]}
