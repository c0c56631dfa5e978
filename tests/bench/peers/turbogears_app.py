"""TurboGears 2 in minimal mode: object dispatch, ``@expose``, its Mako renderer, Beaker sessions and its statics."""

from tg import TGController, expose
from tg.configurator.minimal import MinimalApplicationConfigurator

from .contract import DATA_DIR, HELLO, SECRET, TEMPLATE_DIR, clamp, drain


class Core(TGController):
    @expose(content_type="text/plain")
    def plaintext(self):
        return HELLO

    @expose("json")
    def json(self):
        return {"message": HELLO}

    @expose(content_type="text/plain")
    def hello(self, name):
        return f"Hello, {name}!"


def full_root():
    from json import dumps

    from tg import session

    from . import store

    class Full(Core):
        @expose("fortunes.mako")
        def fortunes(self):
            with store.Session() as db_session:
                return {"fortunes": store.fortunes(db_session)}

        @expose("json")
        def db(self):
            with store.Session() as db_session:
                return store.one(db_session)

        # TurboGears refuses to render a list as JSON.
        @expose(content_type="application/json")
        def queries(self, n=None):
            with store.Session() as db_session:
                return dumps(store.many(db_session, clamp(n)))

        @expose(content_type="application/json")
        def updates(self, n=None):
            with store.Session.begin() as db_session:
                return dumps(store.update(db_session, clamp(n)))

        @expose("json")
        def form(self, **fields):
            return fields

        @expose("json")
        def upload(self, file):
            return {"size": drain(file.file)}

        @expose(content_type="text/plain")
        def counter(self):
            session["count"] = count = session.get("count", 0) + 1
            session.save()
            return f"count={count}"

    return Full()


def make_app(full):
    configurator = MinimalApplicationConfigurator()
    options = {"root_controller": full_root() if full else Core(), "debug": False}
    if full:
        from tg.configurator.components.session import SessionConfigurationComponent

        configurator.register(SessionConfigurationComponent)
        options |= {
            "renderers": ["mako", "json"],
            "default_renderer": "mako",
            "auto_reload_templates": False,
            "paths": {"templates": [str(TEMPLATE_DIR)]},
            "session.type": "cookie",
            "session.validate_key": SECRET,
            "session.encrypt_key": None,
            "session.key": "session",
            "session.data_serializer": "json",
        }
    configurator.update_blueprint(options)
    app = configurator.make_wsgi_app({}, {})
    if not full:
        return app
    from tg.support.statics import StaticsMiddleware

    # Only /static goes through the statics middleware, so the other pages do not pay for its look at the disk.
    statics = StaticsMiddleware(app, str(DATA_DIR))
    return lambda environ, start_response: (statics if environ["PATH_INFO"].startswith("/static/") else app)(
        environ, start_response
    )
