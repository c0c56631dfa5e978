"""Falcon: responder classes, ``resp.media``, its form and multipart handlers and its static route.

Falcon has no sessions; the counter signs a cookie with itsdangerous, as its users do.
"""

import falcon

from .contract import HELLO, SECRET, STATIC_DIR, clamp, drain


class Plaintext:
    def on_get(self, req, resp):
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = HELLO


class Json:
    def on_get(self, req, resp):
        resp.media = {"message": HELLO}


class Hello:
    def on_get(self, req, resp, name):
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = f"Hello, {name}!"


def make_app(full):
    app = falcon.App()
    app.add_route("/plaintext", Plaintext())
    app.add_route("/json", Json())
    app.add_route("/hello/{name}", Hello())
    if full:
        add_full(app)
    return app


def add_full(app):
    from itsdangerous import BadSignature, URLSafeSerializer

    from . import pages, store

    class Fortunes:
        def on_get(self, req, resp):
            with store.Session() as session:
                resp.text = pages.render("fortunes.mako", fortunes=store.fortunes(session))
            resp.content_type = falcon.MEDIA_HTML

    class Db:
        def on_get(self, req, resp):
            with store.Session() as session:
                resp.media = store.one(session)

    class Queries:
        def on_get(self, req, resp):
            with store.Session() as session:
                resp.media = store.many(session, clamp(req.get_param("n")))

    class Updates:
        def on_get(self, req, resp):
            with store.Session.begin() as session:
                resp.media = store.update(session, clamp(req.get_param("n")))

    class Form:
        def on_post(self, req, resp):
            resp.media = dict(req.get_media())

    class Upload:
        def on_post(self, req, resp):
            for part in req.get_media():
                if part.name == "file":
                    resp.media = {"size": drain(part.stream)}

    signer = URLSafeSerializer(SECRET)

    class Counter:
        def on_get(self, req, resp):
            count = 0
            for value in req.get_cookie_values("session") or ():
                try:  # noqa: SIM105  # a peer pays for no context manager that its users would not write
                    count = signer.loads(value)
                except BadSignature:
                    pass
            resp.set_cookie("session", signer.dumps(count + 1), path="/", secure=False, http_only=True, same_site="Lax")
            resp.content_type = falcon.MEDIA_TEXT
            resp.text = f"count={count + 1}"

    app.req_options.media_handlers[falcon.MEDIA_MULTIPART].parse_options.max_body_part_buffer_size = 2 * 1024 * 1024
    for path, resource in (
        ("/fortunes", Fortunes()),
        ("/db", Db()),
        ("/queries", Queries()),
        ("/updates", Updates()),
        ("/form", Form()),
        ("/upload", Upload()),
        ("/counter", Counter()),
    ):
        app.add_route(path, resource)
    app.add_static_route("/static", str(STATIC_DIR))
