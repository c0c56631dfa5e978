"""Texts that are sent packed."""

from kirsch import Application, Controller, Mapper, NotFound, Response
from kirsch.events import EventStream

WORDS = "All is well that is said more than once. " * 50


class Texts(Controller):
    def words(self):
        return WORDS

    def short(self):
        return "short"

    def image(self):
        return Response(WORDS.encode(), content_type="image/png")

    def given(self):
        return Response(WORDS.encode(), content_type="text/plain", headers=[("Content-Encoding", "x-own")])

    def left(self):
        return Response(WORDS, content_type="text/plain", headers=[("Cache-Control", "no-transform")])

    def events(self):
        return EventStream(["one", "two"])

    def pieces(self):
        yield from [WORDS, WORDS]

    def gone(self):
        raise NotFound(WORDS)

    def parts(self):
        response = Response(WORDS.encode(), content_type="text/plain")
        response.etag = "v1"
        response.conditional_response = True
        return response


def make(**options):
    """The texts; *options* are those of the tool."""
    mapper = Mapper()
    for action in ("words", "short", "image", "given", "left", "events", "pieces", "gone", "parts"):
        mapper.connect(f"/{action}", controller=Texts, action=action)
    return Application(mapper, config={"tools": {"compression": {"encodings": ["gzip"], **options}, "etags": {}}})
