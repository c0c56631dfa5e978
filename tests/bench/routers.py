"""The routers whose match and URLs are timed, each behind the same three methods: build, match, generate.

A route is ``(name, pattern)`` with ``{variable}`` parts; a match is ``(name, variables)`` or None. All routes answer
GET only, where the router knows methods, and :meth:`Router.dispatch` returns the router's own kind of result untouched,
so that what is timed is the router and not this file.
"""

import re


class Router:
    """What every router below offers. ``generate`` is None for a router that cannot build URLs."""

    distribution = None
    #: What to import before the clock starts.
    modules = ()
    generate = None

    def __init__(self, routes):
        raise NotImplementedError

    def dispatch(self, path):
        """The router's own answer to a GET of ``path``; whatever it does on a miss."""
        raise NotImplementedError

    def match(self, path):
        """``(name, variables)`` or None: what :func:`dispatch` found, for the check before timing."""
        raise NotImplementedError


class Kirsch(Router):
    """kirsch.Mapper; its match checks the method too, and its URLs are checked against the route they are made for."""

    distribution = "kirsch"
    modules = ("kirsch",)

    def __init__(self, routes):
        from kirsch import Mapper

        mapper = Mapper()
        for name, pattern in routes:
            mapper.connect(name, pattern, controller="pages", action="show", conditions={"method": ["GET"]})
        mapper.freeze()
        find, environ = mapper.find, {"REQUEST_METHOD": "GET"}
        self.dispatch = lambda path: find(path, "GET", environ)
        self.generate = mapper.url

    def match(self, path):
        route, variables, *_ = self.dispatch(path)
        return route and (route.name, variables)


class Routes(Router):
    """routes.Mapper as released: explicit, no minimization."""

    distribution = "routes"
    modules = ("routes",)

    def __init__(self, routes):
        from routes import Mapper, URLGenerator

        self.mapper = mapper = Mapper(explicit=True, register=False)
        mapper.minimization = False
        for name, pattern in routes:
            mapper.connect(name, pattern, controller="pages", action=name, conditions={"method": ["GET"]})
        mapper.create_regs()
        self.environ = {"REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "HTTP_HOST": "127.0.0.1"}
        self.generate = URLGenerator(mapper, self.environ)

    def dispatch(self, path):
        environ = self.environ
        environ["PATH_INFO"] = path
        return self.mapper.routematch(environ=environ)

    def match(self, path):
        found = self.dispatch(path)
        if found is None:
            return None
        variables = dict(found[0])
        del variables["controller"]
        return variables.pop("action"), variables


class Werkzeug(Router):
    """werkzeug.routing.Map and an adapter bound to the request, as Flask uses it."""

    distribution = "werkzeug"
    modules = ("werkzeug.routing", "werkzeug.exceptions")

    def __init__(self, routes):
        from werkzeug.routing import Map, Rule

        self.map = Map(
            [Rule(re.sub(r"{(\w+)}", r"<\1>", pattern), endpoint=name, methods=["GET"]) for name, pattern in routes]
        )
        self.adapter = self.map.bind("127.0.0.1")
        self.map.update()

    def dispatch(self, path):
        from werkzeug.exceptions import NotFound

        try:
            return self.adapter.match(path, "GET")
        except NotFound:
            return None

    match = dispatch

    def generate(self, name, **variables):
        return self.adapter.build(name, variables)


class Falcon(Router):
    """falcon.routing.CompiledRouter."""

    distribution = "falcon"
    modules = ("falcon.routing",)

    def __init__(self, routes):
        from falcon.routing import CompiledRouter

        self.router = CompiledRouter()

        class Resource:
            def __init__(self, name):
                self.name = name

            def on_get(self, req, resp, **variables):
                pass

        for name, pattern in routes:
            self.router.add_route(pattern, Resource(name))
        self.router.find("/")
        self.dispatch = self.router.find

    def match(self, path):
        found = self.dispatch(path)
        return found and (found[0].name, found[2])


class Starlette(Router):
    """starlette.routing.Router: its loop over the routes, without the ASGI call around it."""

    distribution = "starlette"
    modules = ("starlette.routing",)

    def __init__(self, routes):
        from starlette.routing import Match, Route
        from starlette.routing import Router as StarletteRouter

        self.full = Match.FULL
        self.router = StarletteRouter(
            [Route(pattern, lambda _: None, name=name, methods=["GET"]) for name, pattern in routes]
        )

    def dispatch(self, path):
        scope = {"type": "http", "path": path, "method": "GET", "root_path": ""}
        for route in self.router.routes:
            found, child = route.matches(scope)
            if found is self.full:
                return route, child
        return None

    def match(self, path):
        found = self.dispatch(path)
        return found and (found[0].name, dict(found[1]["path_params"]))

    def generate(self, name, **variables):
        return str(self.router.url_path_for(name, **variables))


class Bottle(Router):
    """bottle.Router; it recompiles all its regular expressions on every added route."""

    distribution = "bottle"
    modules = ("bottle",)

    def __init__(self, routes):
        from bottle import Router as BottleRouter

        self.router = BottleRouter()
        for name, pattern in routes:
            self.router.add(re.sub(r"{(\w+)}", r"<\1>", pattern), "GET", name, name=name)
        self.environ = {"REQUEST_METHOD": "GET"}
        self.generate = self.router.build

    def dispatch(self, path):
        from bottle import HTTPError

        environ = self.environ
        environ["PATH_INFO"] = path
        try:
            return self.router.match(environ)
        except HTTPError:
            return None

    match = dispatch


class Pyramid(Router):
    """pyramid.urldispatch.RoutesMapper; methods are view predicates there, so it matches paths only."""

    distribution = "pyramid"
    modules = ("pyramid.urldispatch",)

    def __init__(self, routes):
        from pyramid.urldispatch import RoutesMapper

        self.mapper = RoutesMapper()
        for name, pattern in routes:
            self.mapper.connect(name, pattern)

        class Request:
            path_info = "/"

        self.request = Request()

    def dispatch(self, path):
        self.request.path_info = path
        return self.mapper(self.request)

    def match(self, path):
        found = self.dispatch(path)
        return (found["route"].name, found["match"]) if found["route"] else None

    def generate(self, name, **variables):
        return self.mapper.generate(name, variables)


class Django(Router):
    """django.urls: one flat URLconf of path() patterns; methods are checked in views there, so paths only."""

    distribution = "django"
    modules = ("django.conf", "django.urls", "django.conf.urls", "django.urls.exceptions")

    def __init__(self, routes):
        import sys
        import types

        from django.conf import settings
        from django.urls import get_resolver, path, reverse
        from django.urls.exceptions import Resolver404

        module = types.ModuleType("bench_urlconf")
        module.urlpatterns = [
            path(re.sub(r"{(\w+)}", r"<\1>", pattern[1:]), lambda _: None, name=name) for name, pattern in routes
        ]
        sys.modules[module.__name__] = module
        settings.configure(ROOT_URLCONF=module.__name__, USE_I18N=False)
        self.resolver = get_resolver()
        self.missing = Resolver404
        self.reverse = reverse
        self.dispatch("/")
        self.generate(routes[0][0])

    def dispatch(self, path):
        try:
            return self.resolver.resolve(path)
        except self.missing:
            return None

    def match(self, path):
        found = self.dispatch(path)
        return found and (found.url_name, found.kwargs)

    def generate(self, name, **variables):
        return self.reverse(name, kwargs=variables)


ROUTERS = {
    "kirsch": Kirsch,
    "falcon": Falcon,
    "werkzeug": Werkzeug,
    "bottle": Bottle,
    "routes": Routes,
    "pyramid": Pyramid,
    "django": Django,
    "starlette": Starlette,
}
