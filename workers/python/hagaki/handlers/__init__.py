"""
Handlers in Python: functions on data with metadata, under the same contract as those in TypeScript.

    from hagaki.handlers import creates, failure, reads, service

    Gone = failure("note_gone", "missing", {"type": "object", "properties": {"id": {"type": "integer"}}})

    @reads("/notes/{id}", accepts={...}, returns={...}, errors=[Gone])
    def read(note): ...

    service = service({"read": read})

Here things are declared, and functions run. The gateway does what lies between a request and a function: routes,
limits, codecs, checks. What is where; each imports from those before it:

    refused    faults and failures   jsonbody   JSON, strictly (for the client)
    shapes     what is no JSON       resource   what is opened at boot
    handler    the verbs             service    names, the offer
    opened     open resources        flow       what flows in and out
    dispatch   guards, functions     giving     what they return
    reply      what they say besides
    local      a service in a test   gateway    calls of a link
    load       finds a service       starting   makes it ready
    part       forms with files      spool      what is kept of them
"""

from hagaki.handlers.handler import Guard as Guard
from hagaki.handlers.handler import Handler as Handler
from hagaki.handlers.handler import acts as acts
from hagaki.handlers.handler import creates as creates
from hagaki.handlers.handler import deletes as deletes
from hagaki.handlers.handler import guard as guard
from hagaki.handlers.handler import reads as reads
from hagaki.handlers.handler import replaces as replaces
from hagaki.handlers.handler import updates as updates
from hagaki.handlers.local import local as local
from hagaki.handlers.part import AsyncPart as AsyncPart
from hagaki.handlers.part import File as File
from hagaki.handlers.part import Part as Part
from hagaki.handlers.refused import Failure as Failure
from hagaki.handlers.refused import SetupFaulty as SetupFaulty
from hagaki.handlers.refused import failure as failure
from hagaki.handlers.reply import reply as reply
from hagaki.handlers.resource import Resource as Resource
from hagaki.handlers.resource import resource as resource
from hagaki.handlers.service import Service as Service
from hagaki.handlers.service import service as service
from hagaki.handlers.shapes import cookie as cookie
from hagaki.handlers.shapes import file as file
from hagaki.handlers.shapes import header as header
from hagaki.handlers.shapes import items as items
from hagaki.handlers.shapes import multipart as multipart
from hagaki.handlers.shapes import parts as parts
from hagaki.handlers.shapes import query as query
from hagaki.handlers.shapes import raw as raw
from hagaki.handlers.shapes import text as text
