"""A Flask app: a form, an upload, a session, a stream and an error page."""

from flask import Flask, Response, redirect, request, session, url_for

app = Flask(__name__)
app.secret_key = "not a secret"


@app.get("/")
def home():
    return f"<a href='{url_for('notes')}'>{session.get('name', 'nobody')}</a>"


@app.post("/notes")
def notes():
    session["name"] = request.form["name"]
    return redirect(url_for("home"))


@app.put("/upload")
def upload():
    return {"bytes": len(request.get_data()), "type": request.content_type}


@app.get("/stream")
def stream():
    return Response((f"{number}\n" for number in range(3)), mimetype="text/plain")


@app.get("/error")
def error():
    raise ValueError("a secret")
