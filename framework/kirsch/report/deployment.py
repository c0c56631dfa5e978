"""What is unsafe for production, each with the line to change."""

import ipaddress
import re
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from kirsch.application import Application
from kirsch.config import FILE
from kirsch.plan import Plan
from kirsch.redaction import is_secret_setting
from kirsch.report.hashes import cheap
from kirsch.report.names import tool_name
from kirsch.request import SAFE_METHODS
from kirsch.tool import Tool

#: Tools that let people send passwords or tokens.
SIGN_INS = frozenset({"basicauth", "bearer", "digestauth", "login"})
LONG_KEY = 32
WORDS = re.compile(r"change|secret|example|password|default|not.this|12345|abcde|qwert|test|demo", re.IGNORECASE)
#: Networks of more addresses than this are nobody's own.
WIDEST = {4: 8, 6: 16}


class Look:
    """An application, as the checks see it."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.plans = [*application.plans.values()]
        self.root = application.setup.root
        self.names = {id(tool): tool_name(tool) for tool in application.tools}

    def tools(self, plan: Plan) -> set[str]:
        """The names of what is on around an action."""
        return {self.names.get(id(tool), "") for tool in plan.tools}

    def named(self, name: str) -> list[Any]:
        """Each tool of that name, one for every way it is set."""
        return [tool for tool in self.application.tools if self.names[id(tool)] == name]

    def without(self, name: str) -> list[str]:
        """The actions around which a tool is off; those of no route among them."""
        return list(dict.fromkeys(plan.name for plan in self.plans if name not in self.tools(plan)))

    def origin(self, tool: Tool, option: str) -> str:
        """Where an option of a tool is set, as "(site.toml ...)"; empty where it has its default."""
        key = f"tools.{self.names[id(tool)]}.{option}"
        for plan in self.plans:
            if tool in plan.tools and key in plan.settings:
                return f" ({plan.settings[key].origin})"
        return ""

    @property
    def is_https(self) -> bool:
        """Whether the site says of itself that it is served over https."""
        return bool(self.named("https")) or any(tool.hsts for tool in self.named("secureheaders"))


def unsafe(application: Application) -> list[str]:
    """A sentence for each setting of *application* that is unsafe among strangers, with what to write instead."""
    look = Look(application)
    return [sentence for check in CHECKS for sentence in check(look)]


def debugging(look: Look) -> Iterator[str]:
    if look.application.debug:
        said = look.application.section("site").get("debug")
        where = f" ({said.origin})" if said else ""
        yield f"Errors are shown to everybody with their source{where}. Set [site] debug = false"


def keys(look: Look) -> Iterator[str]:
    setup = look.application.setup
    for key in (setup.secret, *setup.old_secrets):
        if key and (why := _guessable(key)):
            make = 'python3 -c "import secrets; print(secrets.token_hex(32))"'
            yield f"A secret key {why}. Set [site] secret_key to what this prints: {make}"


def _guessable(key: str) -> str:
    if len(key) < LONG_KEY:
        return f"has {len(key)} characters; fewer than {LONG_KEY} can be found by trying"
    if len(set(key)) < 10:
        return "holds few different characters"
    return "is made of words that can be guessed" if WORDS.search(key) else ""


def files(look: Look) -> Iterator[str]:
    """Files with secrets that every user of the machine may read."""
    for path in dict.fromkeys(_secret_files(look)):
        try:
            mode = path.stat().st_mode
        except OSError:
            continue
        if stat.S_ISREG(mode) and mode & stat.S_IROTH:
            shown = path.relative_to(look.root) if path.is_relative_to(look.root) else path
            yield f"Everybody on the machine can read {shown}, which holds a secret. Run: chmod 600 {shown}"


def _secret_files(look: Look) -> Iterator[Path]:
    for config in (look.application.site, look.application.config):
        for key, setting in config.settings.items():
            name = ".".join(key)
            if name.endswith(FILE) and isinstance(setting.value, str | Path):
                yield Path(look.root, setting.value)
            elif is_secret_setting(name) and setting.value not in ("", {}, []):
                place = setting.origin.partition(" [")[0]
                if place != "the given settings" and (path := Path(look.root, place)).is_file():
                    yield path
    for name in ("basicauth", "digestauth", "login"):
        for tool in look.named(name):
            if tool.file:
                yield Path(look.root, tool.file)


def cookies(look: Look) -> Iterator[str]:
    if not look.is_https:
        return
    for name in ("sessions", "csrf"):
        for tool in look.named(name):
            if tool.secure is False:
                yield (
                    f"The cookie of tools.{name} is sent over http, too{look.origin(tool, 'secure')}. "
                    f"Set [tools.{name}] secure = true"
                )


def forms(look: Look) -> Iterator[str]:
    open_ones = [
        plan.name
        for route, plan in look.application.plans.items()
        if route.answers and route.answers - SAFE_METHODS and not look.tools(plan) & {"csrf", "bearer"}
    ]
    if open_ones:
        yield (f"Pages of other sites may act for a visitor through {listed(open_ones)}. Switch it on: [tools.csrf]")


def hosts(look: Look) -> Iterator[str]:
    allow = '[tools.hosts] allow = ["www.example.org"]'
    if missing := look.without("hosts"):
        yield f"Any Host is answered, so that links can lead to a stranger's{some(look, missing)}. Set {allow}"
    if any("*" in tool.allow for tool in look.named("hosts")):
        yield f"tools.hosts allows every host. Set {allow}"


def headers(look: Look) -> Iterator[str]:
    if missing := look.without("secureheaders"):
        yield f"Browsers are not told what to refuse{some(look, missing)}. Switch it on: [tools.secureheaders]"
    if any(not tool.hsts for tool in look.named("secureheaders")):
        yield (
            "Browsers are not told to insist on https. Once every address is served over https, set "
            "[tools.secureheaders] hsts = 31536000"
        )


def passwords(look: Look) -> Iterator[str]:
    guarded = sorted({name for plan in look.plans for name in look.tools(plan) & SIGN_INS})
    if guarded and not look.named("https"):
        yield (
            f"What {listed([f'tools.{name}' for name in guarded])} asks for may travel over http. "
            "Switch it on: [tools.https]"
        )
    yield from cheap(look.named)
    for tool in look.named("digestauth"):
        if any(word.startswith("MD5") for word in tool.algorithms):
            yield (
                f"tools.digestauth takes MD5{look.origin(tool, 'algorithms')}. "
                'Set [tools.digestauth] algorithms = ["SHA-256"]'
            )


def proxies(look: Look) -> Iterator[str]:
    for tool in look.named("proxy"):
        wide = [text for text in tool.trusted if _is_wide(text)]
        if wide:
            yield (
                f"tools.proxy believes {listed(wide)}{look.origin(tool, 'trusted')}, so that anybody can take any "
                'address. Set [tools.proxy] trusted = ["the address of your proxy"]'
            )


def _is_wide(text: str) -> bool:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return text == "*"
    return network.prefixlen < WIDEST[network.version]


def origins(look: Look) -> Iterator[str]:
    for tool in look.named("cors"):
        pattern = re.compile(tool.origin_pattern) if tool.origin_pattern else None
        strange = pattern is not None and pattern.fullmatch("https://stranger.invalid") is not None
        if tool.credentials and (strange or "null" in tool.origins):
            option = "origin_pattern" if strange else "origins"
            yield (
                f"Any site may act for a visitor and read the answers{look.origin(tool, option)}. "
                'Set [tools.cors] origins = ["https://app.example.org"], and nothing that matches every site'
            )


def databases(look: Look) -> Iterator[str]:
    served = [folder for tool in look.named("static") for folder in tool.folders]
    temporary, root = Path(tempfile.gettempdir()).resolve(), look.root.resolve()
    for tool in look.named("sqlalchemy"):
        scheme, _, place = str(tool.url).partition("://")
        if not scheme.startswith("sqlite"):
            continue
        file = place.removeprefix("/").partition("?")[0]
        path = Path(look.root, file).resolve()
        if file in ("", ":memory:"):
            why = "is in memory, and gone when the site stops"
        elif path.is_relative_to(temporary) and not root.is_relative_to(temporary):
            why = "lies among the temporary files, and goes with them"
        elif any(map(path.is_relative_to, served)):
            why = "lies in a folder whose files everybody can fetch"
        else:
            continue
        yield f'The database {why}{look.origin(tool, "url")}. Set [tools.sqlalchemy] url = "sqlite:///data/site.sqlite"'


def windows(look: Look) -> Iterator[str]:
    """Tools that tell anybody what goes on inside, or believe anybody."""
    for tool in look.application.tools:
        name = look.names[id(tool)]
        wide = [text for text in getattr(tool, "trusted", ()) if _is_wide(text)] if name != "proxy" else []
        if wide:
            yield (
                f"tools.{name} trusts {listed(wide)}{look.origin(tool, 'trusted')}, which is everybody. "
                f'Set [tools.{name}] trusted = ["the addresses of those you trust"]'
            )
        if name != "allow" and getattr(tool, "policy", "") == "anyone":
            yield (
                f"tools.{name} tells anyone what goes on inside{look.origin(tool, 'policy')}. "
                f'Set [tools.{name}] policy = "role:admin"'
            )


def logs(look: Look) -> Iterator[str]:
    for tool in look.named("accesslog"):
        if not tool.redact:
            yield (
                f"Passwords and tokens are written to the log{look.origin(tool, 'redact')}. "
                "Set [tools.accesslog] redact = true"
            )


def some(look: Look, names: list[str]) -> str:
    """Which actions, where it is not all of them."""
    return "" if len(names) == len({plan.name for plan in look.plans}) else f" by {listed(names)}"


def listed(names: Iterable[str], most: int = 3) -> str:
    """Names in a sentence, the first few of many."""
    words = list(dict.fromkeys(names))
    if len(words) > most:
        return f"{', '.join(words[:most])} and {len(words) - most} more"
    return " and ".join([", ".join(words[:-1]), words[-1]]) if words[1:] else words[0]


CHECKS: tuple[Callable[[Look], Iterator[str]], ...] = (
    debugging, keys, files, cookies, forms, hosts, headers, passwords, proxies, origins, databases, windows, logs,
)  # fmt: skip
