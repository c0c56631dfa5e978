"""Which tools are on for an action, and where each of their options comes from.

Scopes, weakest first: site, application, path (short prefixes first), controller (its base classes first), action. In
the controller and action scopes what the code says is weaker than what the site's configuration says, so that a site
can correct it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeAlias

from kirsch.config import Config, Setting, dotted, flatten, laid
from kirsch.controller import Controller, actions_of
from kirsch.errors import did_you_mean
from kirsch.tool import Tool
from kirsch.tools import Switched, load_tool

#: Options by tool.
ToolSettings = dict[str, dict[str, Setting]]
#: A scope, and how near it is among those of its kind.
Rank: TypeAlias = tuple[int, int]


@dataclass
class Switches:
    """The tools that some scopes mention, with their merged options."""

    settings: ToolSettings = field(default_factory=dict)
    #: For each tool the number of the strongest scope that mentions it.
    rank: dict[str, Rank] = field(default_factory=dict)

    def laid(self, layers: Iterable[tuple[Rank, ToolSettings]]) -> "Switches":
        """These switches with stronger layers over them."""
        settings = {name: dict(options) for name, options in self.settings.items()}
        rank = dict(self.rank)
        for scope, layer in layers:
            for name, options in layer.items():
                settings[name] = laid(settings.get(name, {}), options)
                rank[name] = scope
        return Switches(settings, rank)

    def on(self) -> Iterator[tuple[str, dict[str, Setting]]]:
        """The tools that are on, with their options."""
        for name, options in self.settings.items():
            switch = options.get("on")
            if switch is None or switch.value is not False:
                yield name, {option: setting for option, setting in options.items() if option != "on"}


SITE, APPLICATION, PATH, CONTROLLER, ACTION = range(5)


def outer_layers(site: Config, application: Config) -> Iterator[tuple[Rank, ToolSettings]]:
    """What the site and the application say for all of their actions."""
    yield (SITE, 0), read_tools(site.section("tools"))
    yield (APPLICATION, 0), read_tools(application.section("tools"))


def path_layers(site: Config, application: Config, prefixes: Iterable[str]) -> Iterator[tuple[Rank, ToolSettings]]:
    """What is said for the paths that begin with *prefixes*, the shortest of which comes first."""
    for number, prefix in enumerate(prefixes):
        for config in (site, application):
            yield (PATH, number), read_tools(config.section("paths", prefix, "tools"))


def inner_layers(
    site: Config,
    application: Config,
    kind: type[Controller],
    action: str,
    method: Callable[..., Any],
    *,
    own: Mapping[str, type[Tool]],
) -> Iterator[tuple[Rank, ToolSettings]]:
    """What a controller and one of its actions say, and what the configurations say about them.

    :param own: the tools of the site itself.
    """
    for parent in reversed(kind.__mro__):
        place = parent.__qualname__
        yield (CONTROLLER, 0), read_class(parent.__dict__.get("config", {}), f"{place}.config")
        yield (CONTROLLER, 0), read_decorators(parent.__dict__.get("__kirsch_tools__", ()), place, own)
        yield (CONTROLLER, 0), read_rule(parent.__dict__.get("allow"), f"{place}.allow")
    for config in (site, application):
        yield (CONTROLLER, 0), read_tools(config.section("controllers", kind.name, "tools"))
    yield (ACTION, 0), read_decorators(getattr(method, "__kirsch_tools__", ()), method.__qualname__, own)
    for config in (site, application):
        yield (ACTION, 0), read_tools(config.section("controllers", kind.name, "actions", action, "tools"))


def read_tools(section: Mapping[str, Setting]) -> ToolSettings:
    """Options by tool, from the settings below a ``tools`` section."""
    found: ToolSettings = {}
    for key, setting in section.items():
        name, _, option = key.partition(".")
        option, _, inner = option.partition(".")
        options = found.setdefault(name, {})
        if not option:
            if setting.value != {}:
                options["on"] = setting
        elif inner:
            table = dict(options[option].value) if option in options else {}
            options[option] = Setting(table | {inner: setting.value}, setting.origin)
        elif setting.value != {} or option not in options:
            options[option] = setting
    return found


def read_class(config: Mapping[str, Any], place: str) -> ToolSettings:
    """Options by tool, from the ``config`` attribute of a controller."""
    settings = {".".join(key): Setting(value, f"{place} {'.'.join(key)}") for key, value in flatten(config)}
    return read_tools({key.removeprefix("tools."): item for key, item in settings.items() if key.startswith("tools.")})


def read_rule(rule: Any, place: str) -> ToolSettings:
    """What ``allow = ...`` in a controller says: ``tools.allow`` is on with this rule.

    A method of that name is an action.
    """
    if rule is None or getattr(rule, "__name__", "") == "allow":
        return {}
    return {"allow": {"on": Setting(True, place), "policy": Setting(rule, place)}}


def read_decorators(switched: tuple[Switched, ...], place: str, own: Mapping[str, type[Tool]]) -> ToolSettings:
    """Options by tool, from the decorators ``@tools.name(...)`` of a controller or action, which also switch it on.

    :raises UsageError: when there is no such tool.
    """
    found: ToolSettings = {}
    for name, positional, options in switched:
        origin = f"@tools.{name} on {place}"
        given = {"on": True} | options
        if positional:
            known = [item.name for item in fields(load_tool(name, own)) if item.init]  # type: ignore[arg-type]
            given |= dict(zip(known, positional, strict=False))
        found.setdefault(name, {}).update({option: Setting(value, origin) for option, value in given.items()})
    return found


def strangers(controllers: Mapping[str, type[Controller]], *configs: Config) -> Iterator[str]:
    """Configured controllers and actions that do not exist, and what is said of others beside their tools."""
    for config in configs:
        for prefix in config.names("paths"):
            yield from beside(("tools",), config, "paths", prefix)
        for name, setting in config.names("controllers").items():
            if name not in controllers:
                yield f"{setting.origin}: there is no controller {name!r}. {did_you_mean(name, controllers)}"
                continue
            yield from beside(("tools", "actions"), config, "controllers", name)
            actions = actions_of(controllers[name])
            for action, place in config.names("controllers", name, "actions").items():
                if action not in actions:
                    yield f"{place.origin}: {name} has no action {action!r}. {did_you_mean(action, actions)}"
                yield from beside(("tools",), config, "controllers", name, "actions", action)


def beside(known: tuple[str, ...], config: Config, *section: str) -> Iterator[str]:
    """What *config* says in a section that has room for *known* alone."""
    for word, setting in config.names(*section).items():
        if word not in known:
            yield f"{setting.origin}: [{dotted(section)}] has no {word!r}. {did_you_mean(word, known)}"
