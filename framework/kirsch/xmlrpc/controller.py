"""The controller that answers calls."""

import logging
from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar

from kirsch.bodies import media_type
from kirsch.controller import Controller
from kirsch.errors import UnsupportedMediaType
from kirsch.response import Response
from kirsch.xmlrpc.faults import INVALID, UNKNOWN, WRONG_ARGUMENTS, Fault, fault_of
from kirsch.xmlrpc.procedures import Procedure, mistakes_of, procedures_of
from kirsch.xmlrpc.reading import read_call
from kirsch.xmlrpc.writing import answer_of, plain, refusal_of

logger = logging.getLogger("kirsch")

XML_TYPES = ("text/xml", "application/xml")
SYSTEM = ("system.listMethods", "system.methodHelp", "system.methodSignature", "system.multicall")


class XMLRPC(Controller):
    """Procedures that programs call: methods marked with :func:`procedure`, and nothing else.

    Connect its action ``call`` to POST, or put it into a :func:`~kirsch.dispatch.tree`. Attributes that are such
    controllers, too, have names with dots. Callers may also ask ``system.listMethods``, ``system.methodHelp`` and
    ``system.methodSignature``, and send several calls at once, ``system.multicall``.
    """

    #: Whether None may be sent as `<nil/>`, an extension that most libraries know.
    allow_none: ClassVar[bool] = True
    #: Calls of one ``system.multicall``.
    most_calls: ClassVar[int] = 100

    @classmethod
    def mistakes(cls) -> list[str]:
        """Procedures that nobody could call."""
        return list(mistakes_of(cls))

    def call(self) -> Response:
        """The answer to the call in the body: its result, or a fault.

        :raises UnsupportedMediaType: for a body that is not announced as XML.
        """
        request = self.request
        if media_type(request.environ) not in XML_TYPES:
            raise UnsupportedMediaType("This address takes calls of XML-RPC, announced as text/xml.")
        request.received.check_coding()
        body = request.body
        try:
            name, arguments = read_call(body)
            text = self._attempt(lambda: answer_of(self._answer(name, arguments), self.allow_none))
        except Fault as fault:
            text = refusal_of(fault.members)
        return Response(text, content_type="text/xml")

    def _attempt(self, work: Callable[[], Any]) -> Any:
        """What *work* returns.

        :raises Fault: for whatever it raises; what it did to a database is then undone.
        """
        request = self.request
        try:
            return work()
        except Exception as error:
            fault, unexpected = fault_of(error, request.id)
            if unexpected:
                logger.error("request %s: a call of %s failed", request.id, type(self).__name__, exc_info=error)
            if (session := request.taken("db")) is not None:
                session.rollback()
            raise fault from None

    def _answer(self, name: str, arguments: tuple[Any, ...]) -> Any:
        if name == "system.multicall":
            return self._answer_all(*_one(name, arguments))
        kind: Any = type(self)
        known = table_of(kind)
        if name == "system.listMethods":
            return sorted([*known, *SYSTEM])
        if name in ("system.methodHelp", "system.methodSignature"):
            (asked,) = _one(name, arguments)
            if asked in SYSTEM:
                return "" if name == "system.methodHelp" else "undef"
            found = _find(known, asked)
            return found.help if name == "system.methodHelp" else found.kinds
        found = _find(known, name)
        return found.method(found.kind(self.request), *found.bind(arguments))

    def _answer_all(self, calls: Any) -> list[Any]:
        if not isinstance(calls, list) or len(calls) > self.most_calls:
            raise Fault(WRONG_ARGUMENTS, f"system.multicall takes an array of at most {self.most_calls} calls.")
        return [self._answer_one(call) for call in calls]

    def _answer_one(self, call: Any) -> Any:
        try:
            name, arguments = _members(call)
            result = self._attempt(lambda: _checked(self._answer(name, arguments), self.allow_none))
            if (session := self.request.taken("db")) is not None:
                self._attempt(session.commit)
        except Fault as fault:
            return fault.members
        return [result]


@cache
def table_of(kind: Any) -> dict[str, Procedure]:
    """The procedures of a controller by name."""
    return {one.name: one for one in procedures_of(kind)}


def _find(known: dict[str, Procedure], name: Any) -> Procedure:
    if not isinstance(name, str) or name not in known:
        raise Fault(UNKNOWN, f"There is no procedure {str(name)[:100]!r}.")
    return known[name]


def _one(name: str, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(arguments) != 1:
        raise Fault(WRONG_ARGUMENTS, f"{name} takes one value, not {len(arguments)}.")
    return arguments


def _members(call: Any) -> tuple[str, tuple[Any, ...]]:
    name, arguments = (call.get("methodName"), call.get("params", [])) if isinstance(call, dict) else (None, None)
    if not isinstance(name, str) or not isinstance(arguments, list):
        raise Fault(INVALID, "A call is a struct of methodName and params.")
    if name == "system.multicall":
        raise Fault(INVALID, "system.multicall does not call itself.")
    return name, tuple(arguments)


def _checked(result: Any, allow_none: bool) -> Any:
    """*result*, if it can be written; whoever made it is to blame, and not the calls beside it."""
    value = plain(result)
    answer_of(value, allow_none)
    return value
