"""CherryPy: its default dispatcher, ``tools.json_out``, ``tools.sessions`` (in memory) and ``tools.staticdir``."""

import cherrypy

from .contract import HELLO, STATIC_DIR, clamp, drain


class Core:
    @cherrypy.expose
    @cherrypy.tools.response_headers(headers=[("Content-Type", "text/plain; charset=utf-8")])
    def plaintext(self):
        return HELLO

    @cherrypy.expose
    @cherrypy.tools.json_out()
    def json(self):
        return {"message": HELLO}

    @cherrypy.expose
    @cherrypy.tools.response_headers(headers=[("Content-Type", "text/plain; charset=utf-8")])
    def hello(self, name):
        return f"Hello, {name}!"


def full_root():
    from . import pages, store

    class Full(Core):
        @cherrypy.expose
        def fortunes(self):
            with store.Session() as session:
                return pages.render("fortunes.mako", fortunes=store.fortunes(session))

        @cherrypy.expose
        @cherrypy.tools.json_out()
        def db(self):
            with store.Session() as session:
                return store.one(session)

        @cherrypy.expose
        @cherrypy.tools.json_out()
        def queries(self, n=None):
            with store.Session() as session:
                return store.many(session, clamp(n))

        @cherrypy.expose
        @cherrypy.tools.json_out()
        def updates(self, n=None):
            with store.Session.begin() as session:
                return store.update(session, clamp(n))

        @cherrypy.expose
        @cherrypy.tools.allow(methods=["POST"])
        @cherrypy.tools.json_out()
        def form(self, **fields):
            return fields

        @cherrypy.expose
        @cherrypy.tools.allow(methods=["POST"])
        @cherrypy.tools.json_out()
        def upload(self, file):
            return {"size": drain(file.file)}

        @cherrypy.expose
        @cherrypy.tools.sessions()
        @cherrypy.tools.response_headers(headers=[("Content-Type", "text/plain; charset=utf-8")])
        def counter(self):
            count = cherrypy.session["count"] = cherrypy.session.get("count", 0) + 1
            return f"count={count}"

    return Full()


def make_app(full):
    cherrypy.config.update(
        {
            "environment": "production",
            "log.screen": False,
            "tools.encode.on": True,
            "tools.encode.encoding": "utf-8",
        }
    )
    config = {"/static": {"tools.staticdir.on": True, "tools.staticdir.dir": str(STATIC_DIR)}} if full else {}
    return cherrypy.Application(full_root() if full else Core(), "", config)
