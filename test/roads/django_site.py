"""A site in Django, in one file; `flask_site.py` is the same in Flask."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.urls import path, reverse
from django.views.static import serve

settings.configure(
    ALLOWED_HOSTS=["*"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="not a secret",
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    # Beyond it an upload goes to a temporary file.
    FILE_UPLOAD_MAX_MEMORY_SIZE=100_000,
)


def home(request):
    return HttpResponse(f"<a href='{reverse('login')}'>{request.session.get('name', 'nobody')}</a>")


def login(request):
    request.session["name"] = request.POST["name"]
    response = HttpResponseRedirect(reverse("home"))
    response.status_code = 303
    return response


def upload(request):
    file = request.FILES["card"]
    digest = hashlib.sha256(b"".join(file.chunks())).hexdigest()
    return JsonResponse({"name": file.name, "title": request.POST["title"], "sha256": digest})


def raw(request):
    return HttpResponse(str(sum(len(piece) for piece in iter(lambda: request.read(10_000), b""))))


def stream(request):
    return StreamingHttpResponse((f"{number}\n" for number in range(3)), content_type="text/plain")


def cookies(request):
    response = HttpResponse(status=204)
    response.set_cookie("a", "1", httponly=True)
    response.set_cookie("b", "2")
    return response


def who(request):
    return HttpResponse(str(request.META.get("REMOTE_USER")))


def where(request):
    return HttpResponse(request.build_absolute_uri(reverse("home")))


def error(request):
    raise ValueError("a secret")


urlpatterns = [
    path("", home, name="home"),
    path("login", login, name="login"),
    path("upload", upload),
    path("raw", raw),
    path("stream", stream),
    path("cookies", cookies),
    path("who", who),
    path("where", where),
    path("error", error),
    path("static/<path:path>", serve, {"document_root": Path(__file__).parent / "static"}),
]

application = get_wsgi_application()
