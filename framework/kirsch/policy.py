"""Who may do what, in one line: ``allow = role("editor") | owner``."""

from collections.abc import Callable
from importlib import import_module
from typing import TypeAlias

from kirsch.authentication import User
from kirsch.errors import UsageError, did_you_mean
from kirsch.request import Request

__all__ = ["Policy", "User", "anyone", "authenticated", "policy", "policy_of", "role", "scope"]

#: Yes, no, or not to be said as long as nobody is signed in.
Verdict: TypeAlias = bool | None
Test: TypeAlias = Callable[[Request], bool]


class Policy:
    """A rule about who may pass; join rules with ``|``, ``&`` and ``~``, and with functions of the request.

    What depends on the user has no verdict while nobody is signed in, and neither has its opposite: ``~role("guest")``
    lets nobody in who is not signed in.
    """

    # Two rules are one only where they are the same object, however alike they look: tools are told apart by the repr
    # of their options.
    def __init__(self, decide: Callable[[Request, User | None], Verdict], words: str) -> None:
        self.decide = decide
        self.words = words

    def __call__(self, request: Request) -> bool:
        """Whether the request may pass."""
        return self.decide(request, request.take("user")) is True

    def __str__(self) -> str:
        return self.words

    def __repr__(self) -> str:
        return f"<{self.words} at {id(self):#x}>"

    def __or__(self, other: "Policy | Test") -> "Policy":
        return either(self, policy_of(other))

    def __ror__(self, other: Test) -> "Policy":
        return either(policy_of(other), self)

    def __and__(self, other: "Policy | Test") -> "Policy":
        return both(self, policy_of(other))

    def __rand__(self, other: Test) -> "Policy":
        return both(policy_of(other), self)

    def __invert__(self) -> "Policy":
        def decide(request: Request, user: User | None) -> Verdict:
            verdict = self.decide(request, user)
            return None if verdict is None else not verdict

        return Policy(decide, f"~({self})")


#: Everybody, signed in or not.
anyone = Policy(lambda _request, _user: True, "anyone")
#: Whoever is signed in; ``~authenticated`` are visitors.
authenticated = Policy(lambda _, user: user is not None, "authenticated")


def role(name: str) -> Policy:
    """Users who have the role *name*."""
    return Policy(lambda _, user: None if user is None else name in user.roles, f"role({name!r})")


def scope(name: str) -> Policy:
    """Users whose token allows *name*."""
    return Policy(lambda _, user: None if user is None else name in user.scopes, f"scope({name!r})")


def policy(function: Test) -> Policy:
    """Your own rule: a function of the request that says whether to let it pass. Asked only about who is signed in."""
    return Policy(
        lambda request, user: None if user is None else bool(function(request)),
        getattr(function, "__name__", repr(function)),
    )


def policy_of(rule: object) -> Policy:
    """The policy that *rule* is: a policy, a function of the request, or the words of a configuration.

    The words are ``anyone``, ``authenticated``, ``role:NAME``, ``scope:NAME`` and ``module:name``, joined by ``|``.

    :raises UsageError: for anything else.
    """
    if isinstance(rule, Policy):
        return rule
    if isinstance(rule, str):
        first, *others = [_read(word.strip()) for word in rule.split("|")]
        for other in others:
            first = either(first, other)
        return first
    if callable(rule) and not isinstance(rule, type):
        return policy(rule)
    raise UsageError(f'policy must be a rule such as role("editor"), or a function of the request, not {rule!r}.')


def either(one: Policy, other: Policy) -> Policy:
    """Yes if one says yes; no if both say no."""

    def decide(request: Request, user: User | None) -> Verdict:
        verdict = one.decide(request, user)
        if verdict is True:
            return True
        second = other.decide(request, user)
        return second if second is True or verdict is False else None

    return Policy(decide, f"({one} | {other})")


def both(one: Policy, other: Policy) -> Policy:
    """No if one says no; yes if both say yes."""

    def decide(request: Request, user: User | None) -> Verdict:
        verdict = one.decide(request, user)
        if verdict is False:
            return False
        second = other.decide(request, user)
        return second if second is False or verdict is True else None

    return Policy(decide, f"({one} & {other})")


def _read(word: str) -> Policy:
    kind, colon, name = word.partition(":")
    if not colon and word in ("anyone", "authenticated"):
        return anyone if word == "anyone" else authenticated
    if name and kind in ("role", "scope"):
        return role(name) if kind == "role" else scope(name)
    if not (name.isidentifier() and all(part.isidentifier() for part in kind.split("."))):
        known = did_you_mean(kind, ("anyone", "authenticated", "role:NAME", "scope:NAME", "module:function"))
        raise UsageError(f"policy has no word {word!r}. {known}")
    try:
        return policy_of(getattr(import_module(kind), name))
    except (ImportError, AttributeError) as error:
        raise UsageError(f"policy {word!r} does not exist: {error}.") from error
