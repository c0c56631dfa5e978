"""Pyramid: URL dispatch, the JSON renderer, its signed-cookie session and its static view."""

from pyramid.config import Configurator
from pyramid.response import Response

from .contract import HELLO, SECRET, STATIC_DIR, clamp, drain


def plaintext(request):
    return Response(HELLO, content_type="text/plain", charset="utf-8")


def json_page(request):
    return {"message": HELLO}


def hello(request):
    return Response(f"Hello, {request.matchdict['name']}!", content_type="text/plain", charset="utf-8")


def form(request):
    return dict(request.POST)


def upload(request):
    return {"size": drain(request.POST["file"].file)}


def counter(request):
    request.session["count"] = count = request.session.get("count", 0) + 1
    return Response(f"count={count}", content_type="text/plain", charset="utf-8")


def make_app(full):
    with Configurator() as config:

        def connect(path, view, **kwargs):
            config.add_route(path, path)
            config.add_view(view, route_name=path, **kwargs)

        connect("/plaintext", plaintext)
        connect("/json", json_page, renderer="json")
        connect("/hello/{name}", hello)
        if full:
            add_full(config, connect)
        return config.make_wsgi_app()


def add_full(config, connect):
    from pyramid.session import JSONSerializer, SignedCookieSessionFactory

    from . import pages, store

    def fortunes(request):
        with store.Session() as session:
            return Response(pages.render("fortunes.mako", fortunes=store.fortunes(session)))

    def db(request):
        with store.Session() as session:
            return store.one(session)

    def queries(request):
        with store.Session() as session:
            return store.many(session, clamp(request.GET.get("n")))

    def updates(request):
        with store.Session.begin() as session:
            return store.update(session, clamp(request.GET.get("n")))

    config.set_session_factory(SignedCookieSessionFactory(SECRET, serializer=JSONSerializer(), httponly=True))
    connect("/fortunes", fortunes)
    connect("/db", db, renderer="json")
    connect("/queries", queries, renderer="json")
    connect("/updates", updates, renderer="json")
    connect("/form", form, renderer="json", request_method="POST")
    connect("/upload", upload, renderer="json", request_method="POST")
    connect("/counter", counter)
    config.add_static_view("static", str(STATIC_DIR))
