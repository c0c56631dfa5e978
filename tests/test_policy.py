"""Rules about users, joined."""

from itertools import product

import pytest

from kirsch.policy import User, anyone, authenticated, policy, policy_of, role, scope
from kirsch.request import Request


def owner(request):
    return request.take("user").name == request.urlvars.get("name")


@policy
def named_bob(request):
    return request.take("user").name == "bob"


VISITOR, EDITOR, OTHER = None, User("ada", roles=frozenset({"editor"}), scopes=frozenset({"read"})), User("bob")
BOB = named_bob


@pytest.mark.parametrize(
    ("rule", "passes"),
    [
        (anyone, (True, True, True)),
        (~anyone, (False, False, False)),
        (authenticated, (False, True, True)),
        (~authenticated, (True, False, False)),
        (role("editor"), (False, True, False)),
        (~role("editor"), (False, False, True)),
        (scope("read"), (False, True, False)),
        (BOB, (False, False, True)),
        (~BOB, (False, True, False)),
        (role("editor") | BOB, (False, True, True)),
        (role("editor") & BOB, (False, False, False)),
        (role("editor") & ~BOB, (False, True, False)),
        (~(role("editor") & BOB), (False, True, True)),
        (~(role("editor") | BOB), (False, False, False)),
        (anyone | BOB, (True, True, True)),
        (BOB | anyone, (True, True, True)),
        (~authenticated | role("editor"), (True, True, False)),
        (~authenticated & role("editor"), (False, False, False)),
        ((lambda request: True) | role("x"), (False, True, True)),  # noqa: ARG005
        ((lambda request: True) & role("editor"), (False, True, False)),  # noqa: ARG005
        (role("editor") & (lambda request: 0), (False, False, False)),  # noqa: ARG005
        (policy_of("role:editor | scope:write"), (False, True, False)),
        (policy_of("authenticated"), (False, True, True)),
        (policy_of("anyone"), (True, True, True)),
    ],
    ids=str,
)
def test_rules_are_joined(rule, passes):
    """For a visitor, an editor, and another user."""

    def asked(user):
        request = Request.blank("/")
        request.offer("user", lambda _: user)
        return rule(request)

    assert (asked(VISITOR), asked(EDITOR), asked(OTHER)) == passes


def test_what_depends_on_the_user_is_never_asked_about_a_visitor():
    """However it is joined: a rule of your own need not think of nobody."""
    request = Request.blank("/")
    request.offer("user", lambda _: None)
    for one, other in product((owner, named_bob, role("x"), ~role("x")), repeat=2):
        for rule in (policy_of(one) | other, policy_of(one) & other, ~(policy_of(one) | other)):
            assert rule(request) is False
