"""One module per peer, all serving the application of :mod:`bench.peers.contract`.

The module of the peer ``falcon`` is ``falcon_app``. It offers ``make_app(full)``, the WSGI callable: ``full=False``
makes the smallest application the peer can be (``/plaintext``, ``/json`` and ``/hello/{name}``: no database, sessions,
templates or files are imported), ``full=True`` the whole contract. It is called once per process, so a peer may use
global state where its framework does.
"""

import importlib
import importlib.metadata
from collections.abc import Iterable
from types import ModuleType

#: What no framework can beat: the contract without one.
LIMIT = "bare"
OURS = "kirsch"
#: The peers, and the distributions whose versions say what was measured. All but `bare` and `kirsch` are rivals: the
#: fastest of them in a scenario is its best peer.
PEERS = {
    LIMIT: (),
    OURS: ("kirsch", "webob", "routes"),
    "falcon": ("falcon",),
    "bottle": ("bottle",),
    "flask": ("flask", "werkzeug"),
    "django": ("django",),
    "pyramid": ("pyramid", "webob"),
    "turbogears": ("turbogears2", "crank", "webob"),
    "cherrypy": ("cherrypy",),
}


def load(name: str) -> ModuleType:
    """The module of the peer called *name*, or of one of its variants (``django_site``)."""
    return importlib.import_module(f"bench.peers.{name if name.endswith('_site') else f'{name}_app'}")


def versions(distributions: Iterable[str]) -> dict[str, str]:
    """The installed version of each distribution."""
    return {distribution: importlib.metadata.version(distribution) for distribution in dict.fromkeys(distributions)}
