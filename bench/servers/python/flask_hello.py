"""The same in Flask."""

from flask import Flask, Response

app = Flask(__name__)


@app.get("/")
def hello():
    return Response("hello", mimetype="text/plain")
