"""A service whose schema has a misspelled keyword."""

from hagaki.handlers import reads, service


@reads("/a", accepts={"type": "object", "patern": "^a"})
def read(_):
    return None


service = service({"read": read})
