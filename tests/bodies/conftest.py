"""A site that tells what it received, and a way to send it any bytes through any ``wsgi.input``."""

import json
from io import BytesIO

import pytest

from kirsch import Application, Controller, Mapper
from kirsch.request import Upload


class Bodies(Controller):
    """Each action reads the body in its own way."""

    def form(self):
        return {"form": [[name, shown(value)] for name, value in self.request.POST.items()]}

    def json(self):
        return {"json": self.request.json}

    def parts(self):
        return {"form": [[part.name, [part.filename, part.read().decode()]] for part in self.request.parts()]}

    def stream(self):
        return {"size": sum(map(len, self.request.stream))}

    def body(self):
        return {"size": len(self.request.body)}

    def text(self):
        return {"text": self.request.text}

    def save(self, file: Upload):
        return {"name": file.filename, "size": file.size, "type": file.content_type}


def shown(value):
    return [value.filename, value.raw.decode()] if isinstance(value, Upload) else value


class Told:
    """An answer: its status, the value of its JSON, the sentence of its problem."""

    def __init__(self, status, body):
        self.status = int(status[:3])
        self.json = json.loads(body)
        self.detail = self.json.get("detail") if isinstance(self.json, dict) else None


@pytest.fixture
def ask():
    """Send *body*, or what *stream* gives, to an action of the site that is configured by *limits*."""
    return send


def send(action, body=b"", content_type="", *, limits=None, stream=None, controller=Bodies, **environ):
    mapper = Mapper()
    mapper.connect(f"/{action}", controller="bodies", action=action)
    config = {"tools": {"limits": limits}} if limits else {}
    application = Application(mapper, [controller], config)
    told = []
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": f"/{action}", "QUERY_STRING": "", "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "wsgi.url_scheme": "http", "CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(body)),
        "HTTP_ACCEPT": "application/json", "wsgi.input": stream or BytesIO(body), **environ,
    }  # fmt: skip
    chunks = application(environ, lambda status, *_: told.append(status))
    try:
        content = b"".join(chunks)
    finally:
        getattr(chunks, "close", lambda: None)()
    return Told(told[-1], content)


@pytest.fixture
def form_of():
    """The body of a multipart form with the boundary ``b``: of pairs, or (name, filename, content) for files."""
    return multipart


def multipart(*parts):
    lines = []
    for name, *filename, content in parts:
        more = f'; filename="{filename[0]}"' if filename else ""
        lines.append(f'--b\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + content + b"\r\n")
    return b"".join(lines) + b"--b--\r\n"
