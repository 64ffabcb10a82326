"""A site in Flask; `django_site.py` is the same in Django."""

import hashlib

from flask import Flask, Response, redirect, request, session, url_for

app = Flask(__name__)
app.secret_key = "not a secret"


@app.get("/")
def home():
    return f"<a href='{url_for('login')}'>{session.get('name', 'nobody')}</a>"


@app.post("/login")
def login():
    session["name"] = request.form["name"]
    return redirect(url_for("home"), 303)


@app.post("/upload")
def upload():
    file = request.files["card"]
    octets = file.read()
    return {"name": file.filename, "title": request.form["title"], "sha256": hashlib.sha256(octets).hexdigest()}


@app.put("/raw")
def raw():
    return str(sum(len(piece) for piece in iter(lambda: request.stream.read(10_000), b"")))


@app.get("/stream")
def stream():
    return Response((f"{number}\n" for number in range(3)), mimetype="text/plain")


@app.get("/cookies")
def cookies():
    response = Response("", 204)
    response.set_cookie("a", "1", httponly=True)
    response.set_cookie("b", "2")
    return response


@app.get("/who")
def who():
    return str(request.remote_user)


@app.get("/where")
def where():
    return url_for("home", _external=True)


@app.get("/error")
def error():
    raise ValueError("a secret")
