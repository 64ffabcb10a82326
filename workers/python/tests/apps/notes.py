"""A small Flask app as people write them."""

from flask import Flask, Response, abort, redirect, request, session, url_for

app = Flask(__name__)
app.secret_key = "only for tests"


@app.get("/")
def front():
    return {"notes": session.get("notes", []), "root": request.script_root}


@app.post("/notes")
def add():
    session["notes"] = [*session.get("notes", []), request.form["text"]]
    return redirect(url_for("front"), code=303)


@app.post("/upload")
def upload():
    file = request.files["file"]
    return f"{file.filename} {len(file.read())}"


@app.get("/stream")
def stream():
    return Response((f"line {number}\n" for number in range(3)), mimetype="text/plain")


@app.get("/fails")
def fails():
    raise RuntimeError("a bug in the app")


@app.get("/teapot")
def teapot():
    abort(418)
