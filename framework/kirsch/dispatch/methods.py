"""Controllers at one URL, whose actions are the methods of HTTP."""

from kirsch.controller import Controller, actions_of
from kirsch.errors import did_you_mean

#: Methods of RFC 9110 and RFC 5789, of WebDAV (RFC 4918, RFC 3253, RFC 5323), and QUERY; HEAD and OPTIONS are answered
#: without an action, which may be written nevertheless.
METHODS = frozenset({
    "get", "head", "post", "put", "patch", "delete", "options", "query", "propfind", "proppatch", "mkcol", "copy",
    "move", "lock", "unlock", "report", "search", "link", "unlink",
})  # fmt: skip


class ByMethod(Controller):
    """A controller with one URL: ``get`` answers GET and HEAD, ``post`` POST, and so on; any other method is 405.

    Connect it with :func:`~kirsch.dispatch.tree`, alone or as a part of one.
    """

    @classmethod
    def mistakes(cls) -> list[str]:
        """Actions that are no methods of HTTP."""
        return [
            f"{cls.__name__}.{name} is no method of HTTP. {_mend(name)}"
            for name in actions_of(cls)
            if name not in METHODS
        ]


def methods_of(kind: type[Controller]) -> dict[str, str]:
    """The methods that a controller answers, by the name of the action."""
    return {name: name.upper() for name in actions_of(kind) if name in METHODS}


def _mend(name: str) -> str:
    if name.lower() in METHODS:
        return f"Call it {name.lower()!r}: methods are written in lower case here."
    return f"{did_you_mean(name, METHODS, limit=0)} A helper begins with an underscore or is marked @not_an_action."
