"""Names and passwords on a page of the site, remembered by the session."""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from hmac import compare_digest
from pathlib import Path
from typing import Any, ClassVar, Literal

from kirsch.authentication import Account, Accounts, User, lists, texts
from kirsch.errors import HTTPError, Redirect, TooManyRequests, Unauthorized, UsageError
from kirsch.extensions import named
from kirsch.hashing import COST, Work, argon2, check_cost, hashed, outdated, spend, work_of
from kirsch.headers import ONE_PAGE
from kirsch.rendering import to_json
from kirsch.request import Request
from kirsch.response import Markup, Response
from kirsch.templating import csrf_field
from kirsch.tool import Setup
from kirsch.tools._accounts import File, Model, Table, named_accounts
from kirsch.tools._attempts import Attempts, open_counter
from kirsch.tools._login_page import login_page
from kirsch.tools._passwords import read_htpasswd, verify
from kirsch.tools._signing_in import UNKEPT, SigningIn, leave

log = logging.getLogger("kirsch.login")

#: Characters of a name and of a password; longer ones are wrong.
LONGEST_NAME, LONGEST_PASSWORD = 256, 1024
#: Halves of a character, which JSON can tell and UTF-8 cannot.
SURROGATE = re.compile("[\ud800-\udfff]")
WRONG = "Name or password is wrong."


@dataclass
class Login(SigningIn, order=7):
    """Let those in who sign in with a name and a password on a page of the site, until they sign out.

    The page is at *path*; a POST of *out* signs out. People are led there, and back to the page that they wanted;
    programs are told 401. Who is signed in is asked anew with each request: whoever is deleted or changes the password
    is signed out everywhere. A name that does not exist is answered as a wrong password is, after the same work.
    """

    scheme: ClassVar[str] = "login"

    #: The hashes of users' passwords: ``ada = "scrypt$..."``; `kirsch password` makes them.
    passwords: dict[str, Any] = field(default_factory=dict)
    #: The roles of these users, and of those in *file*: ``ada = ["editor"]``.
    roles: dict[str, Any] = field(default_factory=dict)
    #: An htpasswd file with users instead; read again when it changes.
    file: Path | None = None
    #: A SQLAlchemy model instead, as "shop.models:User". Its attributes `roles` and `active` count where it has them.
    model: Any = ""
    #: The column of the model that holds the names.
    name_column: str = "name"
    #: The column of the model that holds the hashes: `kirsch.data.passwords.Password`, or a text.
    password_column: str = "password"
    #: Accounts kept anywhere else: "package.module:name" of a function `find(name, request)` that returns a
    #: `kirsch.authentication.Account` or None, or of an object with `find` and `store`.
    accounts: Any = ""
    #: How new hashes are made; older ones, and cheaper ones, are made anew when their owner signs in.
    hash: Literal["scrypt", "argon2"] = "scrypt"
    #: N of new hashes of scrypt, a power of two: each sign-in takes 1024 times as many bytes for a moment.
    #: Less than the default is for tests.
    cost: int = COST
    #: The template of the page instead of the one that comes with Kirsch; it sees action, next, name, message.
    template: str = ""
    #: Wrong passwords for one name from one address in a *window*, until the next ones are answered 429 unread. From
    #: one address for all names it is four times as many; for one name from all addresses that it has not been signed
    #: in from, twenty times.
    attempts: int = 5
    #: Seconds until they are counted anew.
    window: int = 300
    #: Where they are counted: in this process, or in Redis, for all of them.
    store: Literal["memory", "redis"] = "memory"
    #: Address of the Redis server.
    url: str = "redis://127.0.0.1:6379/0"
    #: What the names of counters begin with in Redis.
    prefix: str = "kirsch:login"

    def prepare(self, setup: Setup) -> None:
        """Find the accounts.

        :raises KeyMissing: without a secret key.
        :raises UsageError: for hashes that cannot be checked, without any accounts, and with too many kinds of them.
        """
        super().prepare(setup)
        keys = setup.keys()
        self._keys = [blake2b(b"kirsch.login", key=blake2b(key.encode()).digest()).digest() for key in keys]
        if self.hash == "argon2":
            argon2()
        check_cost(self.cost)
        if self.attempts < 1 or self.window < 1:
            raise UsageError("attempts must be 1 at least, and so must window.")
        self._accounts = self._open_accounts(setup)
        self._check_work(getattr(self._accounts, "passwords", {}))
        counter = open_counter(self.store, self.url, self.prefix)
        self._attempts = Attempts(counter, keys, self.attempts, self.window)

    def offers(self) -> Mapping[str, Callable[[Request], Any]]:
        """The user, and the door itself, for pages of the site's own."""
        return {**super().offers(), "login": lambda request: Door(self, request)}

    def after(self, request: Request, response: Response) -> None:
        super().after(request, response)
        self._attempts.remember(request, response)

    def close(self) -> None:
        if hasattr(self, "_attempts"):
            self._attempts.close()

    def user(self, request: Request, name: str, more: Any) -> User | None:
        account = self._accounts.find(name, request)
        if account is None or not any(compare_digest(self._mark(account, key), str(more)) for key in self._keys):
            return None
        return User(account.name, roles=account.roles)

    def open(self, request: Request) -> Response:
        if request.method != "POST":
            if request.take("user") is not None:
                raise Redirect(self.onward(request, request.GET.get("next")), local=True)
            return self._page(request, 200, request.GET.get("next", ""))
        sent = fields_of(request)
        wanted = sent.get("next") or request.GET.get("next", "")
        try:
            user = self.sign_in(request, sent.get("name"), sent.get("password"))
        except (Unauthorized, TooManyRequests) as error:
            if not likes_pages(request):
                raise
            return self._page(request, error.status, wanted, error, sent.get("name"))
        if not likes_pages(request):
            text = to_json({"name": user.name, "roles": user.roles})
            return Response(text, 200, "application/json", [UNKEPT])
        raise Redirect(self.onward(request, wanted), local=True)

    def sign_in(self, request: Request, name: object, password: object) -> User:
        """Sign in whoever has this name and this password.

        :raises Unauthorized: where nobody has.
        :raises TooManyRequests: where too many wrong ones were sent before.
        """
        if not (isinstance(name, str) and isinstance(password, str)):
            name, password = "", ""
        attempt = self._attempts.begin(request, name)
        if attempt.wait:
            log.warning("request %s: too many attempts to sign in from %s", request.id, request.client_addr)
            raise TooManyRequests(
                f"Too many attempts. Try again in {words_of(attempt.wait)}.",
                headers=[("Retry-After", str(attempt.wait))],
            )
        account = self._verified(request, name, password)
        if account is None:
            log.warning("request %s: a wrong name or password from %s", request.id, request.client_addr)
            raise Unauthorized(WRONG, headers=[("WWW-Authenticate", self._challenge)])
        self._attempts.passed(request, attempt)
        user = User(account.name, roles=account.roles)
        self.enter(request, user, self._mark(account, self._keys[0]))
        log.info("request %s: %r signed in from %s", request.id, user.name, request.client_addr)
        return user

    def _verified(self, request: Request, name: str, password: str) -> Account | None:
        """The account, if the password is right. Whatever is wrong, the work of one hash of the site's is done."""
        account = self._accounts.find(name, request) if is_name(name) and is_password(password) else None
        if account is None:
            self._waste(password[:LONGEST_PASSWORD])
            return None
        right = verify(password, account.password)
        if not outdated(account.password, self.hash, self.cost):
            return account if right else None
        if not right:
            self._waste(password, account.password)
            return None
        self._accounts.store(account, hashed(password, self.hash, self.cost), request)
        return self._accounts.find(name, request)

    def _waste(self, password: str, kept: str = "") -> None:
        """Take the time that a hash of the site's takes, less that of *kept*."""
        if self.hash == "argon2":
            verify(password, self._nobodys)
        else:
            spend(password, kept, self.cost)

    @cached_property
    def _nobodys(self) -> str:
        """The hash of Argon2 that passwords of unknown names are compared with, in vain."""
        return hashed(self._keys[0].hex(), "argon2")

    def _mark(self, account: Account, key: bytes) -> str:
        """What a sign-in keeps of the account, by which a change is seen; the hash itself is no visitor's business."""
        text = f"{account.name}\0{account.generation or account.password}"
        return blake2b(text.encode("utf-8", "surrogatepass"), key=key, digest_size=16).hexdigest()

    def _open_accounts(self, setup: Setup) -> Accounts:
        given = [name for name in ("passwords", "file", "model", "accounts") if getattr(self, name)]
        if len(given) != 1:
            found = f"{' and '.join(given)} are set" if given else "passwords is empty"
            raise UsageError(f"{found}. Set one of passwords, file, model and accounts, so that users can be found.")
        if self.model:
            # Of this tool alone: where accounts are kept elsewhere, nobody needs a database.
            self.needs = {**SigningIn.needs, "db": "for its model. Switch tools.sqlalchemy on for it"}  # type: ignore[misc]
            model = named("model", self.model) if isinstance(self.model, str) else self.model
            return Model(model, (self.name_column, self.password_column))
        if self.accounts:
            return named_accounts(self.accounts)
        if self.file is not None:
            path = Path(setup.root, self.file)
            return File(path, lists("roles", self.roles, read_htpasswd("file", path)))
        passwords = texts("passwords", self.passwords)
        return Table(passwords, lists("roles", self.roles, passwords))

    def _check_work(self, passwords: Mapping[str, str]) -> None:
        for name, kept in passwords.items():
            work = work_of(kept)
            if self.hash == "scrypt" and work is not None and work.amount > Work(self.cost).amount:
                raise UsageError(
                    f"cost is {self.cost}, and the hash of {name!r} takes more work, so that the time of an answer "
                    f"would tell who exists. Set cost = {max(work.cost, self.cost * 2)}"
                )

    def _page(
        self, request: Request, status: int, wanted: str, error: HTTPError | None = None, name: object = ""
    ) -> Response:
        onward = self.onward(request, wanted)
        values = {
            "action": request.prefix + self.path, "next": onward, "name": name if isinstance(name, str) else "",
            "message": error.detail if error else "",
        }  # fmt: skip
        if self.template:
            if not request.offers("renderer"):
                raise UsageError("tools.login.template needs a renderer, such as tools.mako, on for the whole site.")
            text = request.take("renderer").render(request, self.template, values)
        else:
            text = login_page(**values, site=request.application.name, token=csrf_field(request))
        own = [] if self.template else [ONE_PAGE]
        return Response(Markup(text), status, None, [UNKEPT, *own, *(error.headers if error else [])])


class Door:
    """How an action of the site's own signs people in and out: ``self.request.take("login")``."""

    def __init__(self, tool: Login, request: Request) -> None:
        self._tool = tool
        self._request = request

    def sign_in(self, name: object, password: object) -> User:
        """Sign in whoever has this name and this password.

        :raises Unauthorized: where nobody has.
        :raises TooManyRequests: where too many wrong ones were sent before.
        """
        return self._tool.sign_in(self._request, name, password)

    def enter(self, name: str) -> User | None:
        """Sign *name* in without a password, as after a registration; None where there is no such account."""
        account = self._tool._accounts.find(name, self._request)
        if account is None:
            return None
        user = User(account.name, roles=account.roles)
        self._tool.enter(self._request, user, self._tool._mark(account, self._tool._keys[0]))
        return user

    def leave(self) -> None:
        """Sign out."""
        leave(self._request)

    def onward(self, wanted: object) -> str:
        """*wanted*, where to go on, if it is a path of this site, else home."""
        return self._tool.onward(self._request, wanted)


def fields_of(request: Request) -> Mapping[str, Any]:
    """What a form or a JSON object says."""
    if not request.is_json:
        return request.POST
    return request.json if isinstance(request.json, dict) else {}


def likes_pages(request: Request) -> bool:
    """Whether a form of the page was sent, rather than by a program that wants JSON."""
    return request.prefers("text/html", "application/json", "application/problem+json") == "text/html"


def is_name(name: str) -> bool:
    """Whether *name* can be one: not empty, not too long, of characters that every database can hold."""
    return 0 < len(name) <= LONGEST_NAME and name.isprintable()


def is_password(password: str) -> bool:
    """Whether *password* can be one; a zero character would make no difference to its hash."""
    return 0 < len(password) <= LONGEST_PASSWORD and "\0" not in password and not SURROGATE.search(password)


def words_of(seconds: int) -> str:
    """A time to wait, in words."""
    if seconds < 120:
        return f"{seconds} seconds" if seconds > 1 else "a second"
    return f"{-(-seconds // 60)} minutes"
