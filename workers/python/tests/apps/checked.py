"""A plain app inside the standard library's checker of both sides, `wsgiref.validate`."""

from wsgiref.validate import validator


@validator
def app(environ, start_response):
    body = environ["wsgi.input"].read(4_096)
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Read", str(len(body)))])
    if environ["REQUEST_METHOD"] == "HEAD":
        return []
    return [b"got ", body]
