"""Flask: ``jsonify``, its signed-cookie session, its static folder; Mako for the page, as the others have it."""

from flask import Flask, Response, jsonify, request, session

from .contract import HELLO, SECRET, STATIC_DIR, clamp, drain


def make_app(full):
    app = Flask(__name__, static_folder=str(STATIC_DIR) if full else None, static_url_path="/static")

    @app.get("/plaintext")
    def plaintext():
        return Response(HELLO, mimetype="text/plain")

    @app.get("/json")
    def json_page():
        return jsonify(message=HELLO)

    @app.get("/hello/<name>")
    def hello(name):
        return Response(f"Hello, {name}!", mimetype="text/plain")

    if full:
        app.secret_key = SECRET
        add_full(app)
    return app


def add_full(app):
    from . import pages, store

    @app.get("/fortunes")
    def fortunes():
        with store.Session() as db_session:
            return pages.render("fortunes.mako", fortunes=store.fortunes(db_session))

    @app.get("/db")
    def db():
        with store.Session() as db_session:
            return jsonify(store.one(db_session))

    @app.get("/queries")
    def queries():
        with store.Session() as db_session:
            return jsonify(store.many(db_session, clamp(request.args.get("n"))))

    @app.get("/updates")
    def updates():
        with store.Session.begin() as db_session:
            return jsonify(store.update(db_session, clamp(request.args.get("n"))))

    @app.post("/form")
    def form():
        return jsonify(request.form.to_dict())

    @app.post("/upload")
    def upload():
        return jsonify(size=drain(request.files["file"].stream))

    @app.get("/counter")
    def counter():
        session["count"] = count = session.get("count", 0) + 1
        return Response(f"count={count}", mimetype="text/plain")
