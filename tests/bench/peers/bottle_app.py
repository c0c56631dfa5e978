"""Bottle: dict answers as JSON, its signed cookies as the session, ``static_file``, Mako beside its own templates."""

from bottle import Bottle, request, response, static_file

from .contract import HELLO, SECRET, STATIC_DIR, clamp, drain


def make_app(full):
    app = Bottle()

    @app.get("/plaintext")
    def plaintext():
        response.content_type = "text/plain; charset=utf-8"
        return HELLO

    @app.get("/json")
    def json_page():
        return {"message": HELLO}

    @app.get("/hello/<name>")
    def hello(name):
        response.content_type = "text/plain; charset=utf-8"
        return f"Hello, {name}!"

    if full:
        add_full(app)
    return app


def add_full(app):
    import json

    from . import pages, store

    def json_list(value):
        # Bottle serializes dicts only.
        response.content_type = "application/json"
        return json.dumps(value)

    @app.get("/fortunes")
    def fortunes():
        with store.Session() as session:
            return pages.render("fortunes.mako", fortunes=store.fortunes(session))

    @app.get("/db")
    def db():
        with store.Session() as session:
            return store.one(session)

    @app.get("/queries")
    def queries():
        with store.Session() as session:
            return json_list(store.many(session, clamp(request.query.n)))

    @app.get("/updates")
    def updates():
        with store.Session.begin() as session:
            return json_list(store.update(session, clamp(request.query.n)))

    @app.post("/form")
    def form():
        # .decode(): Bottle's FormsDict holds the raw latin-1 strings of WSGI.
        return dict(request.forms.decode())

    @app.post("/upload")
    def upload():
        return {"size": drain(request.files["file"].file)}

    @app.get("/counter")
    def counter():
        count = int(request.get_cookie("session", default=0, secret=SECRET)) + 1
        response.set_cookie("session", str(count), secret=SECRET, path="/", httponly=True, samesite="lax")
        response.content_type = "text/plain; charset=utf-8"
        return f"count={count}"

    @app.get("/static/<filename:path>")
    def static(filename):
        return static_file(filename, root=str(STATIC_DIR))
