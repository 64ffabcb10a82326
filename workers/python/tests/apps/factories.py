"""Apps in other places than `module:app`."""


class Site:
    def __init__(self, name="site"):
        self.name = name

    def app(self, environ, start_response):
        start_response("200 OK", [])
        return [self.name.encode()]


site = Site()
application = Site("application").app
number = 7


def create_app(name="factory", *, suffix=""):
    return Site(name + suffix).app


def faulty():
    raise LookupError("no settings.\nSecond line")
