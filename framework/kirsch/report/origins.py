"""One setting, explained: what holds, where it comes from, what it lies over, and what it means."""

from collections.abc import Iterator
from typing import NamedTuple

from kirsch.application import About, Application
from kirsch.config import FILE, Setting
from kirsch.errors import UsageError, did_you_mean
from kirsch.report.options import Option, options_of
from kirsch.report.settings import shown
from kirsch.scopes import Switches, outer_layers
from kirsch.site import Address
from kirsch.tools import known_tools, load_tool

SWITCH = Option("on", "bool", "", "Whether the tool is on.")


class Asked(NamedTuple):
    """The setting that is asked about."""

    section: tuple[str, ...]
    option: Option

    @property
    def name(self) -> str:
        return ".".join((*self.section, self.option.name))


def explain_setting(application: Application, key: str) -> str:
    """What *key*, such as ``tools.sessions.seconds``, is and why, for the site and for the actions where it differs.

    :raises UsageError: when there is no such setting, with the nearest one.
    """
    asked = find(application, key)
    general = _general(application, asked)
    lines = [*_value(asked, general)]
    if asked.option.kind:
        lines.append(f"  type     {asked.option.kind}")
    if asked.option.meaning:
        lines.append(f"  meaning  {asked.option.meaning}")
    if asked.section[0] == "tools":
        lines += _actions(application, asked, general)
    return "\n".join(lines)


def find(application: Application, key: str) -> Asked:
    """The setting that *key* names; the name of a tool alone asks whether it is on.

    :raises UsageError: when there is none.
    """
    parts = key.split(".")
    known = {asked.name: asked for asked in _asked(application, parts[1] if parts[0] == "tools" and parts[1:] else "")}
    if key in known:
        return known[key]
    named = [f"tools.{name}" for name in (*known_tools(), *application.own_tools)]
    if key in named:
        return Asked(("tools", parts[1]), SWITCH)
    inner = ".".join(parts[:3])
    if parts[0] == "tools" and inner.removesuffix(FILE) in known:
        return known[inner.removesuffix(FILE)]
    raise UsageError(f"There is no setting {key!r}. {did_you_mean(key, {*known, *named})}")


def _asked(application: Application, tool: str) -> Iterator[Asked]:
    for section, kind in (("site", About), ("server", Address)):
        yield from (Asked((section,), option) for option in options_of(kind))
    names = {name for plan in application.plans.values() for name in plan.said}
    for name in sorted({*names, *({tool} & {*known_tools(), *application.own_tools})}):
        yield Asked(("tools", name), SWITCH)
        yield from (Asked(("tools", name), option) for option in options_of(load_tool(name, application.own_tools)))


def _general(application: Application, asked: Asked) -> Setting | None:
    """What holds where no path, controller or action says anything else."""
    if asked.section[0] != "tools":
        return _of(application.section(*asked.section), asked.option.name)
    switches = Switches().laid(outer_layers(application.site, application.config))
    return _said(application, asked, switches.settings.get(asked.section[1]))


def _said(application: Application, asked: Asked, options: dict[str, Setting] | None) -> Setting | None:
    """What the *options* of its tool say; anything that is said of a tool switches it on, an empty section too."""
    if asked.option is not SWITCH or options is None or "on" in options:
        return _of(options or {}, asked.option.name)
    sections = [config.names("tools") for config in (application.site, application.config)]
    name = asked.section[1]
    said = [*options.values(), *(section[name] for section in sections if name in section)]
    return Setting(True, said[0].origin) if said else None


def _of(settings: dict[str, Setting], option: str) -> Setting | None:
    """What is said of an option: its value, or the file that holds it, whichever is stronger."""
    value, file = settings.get(option), settings.get(option + FILE)
    return file if value is None or (file is not None and value in file.weaker()) else value


def _value(asked: Asked, setting: Setting | None) -> Iterator[str]:
    """The value and its origin, then what it lies over."""
    default = asked.option.default or ("not set" if asked.option.name != "on" else "off")
    if setting is None:
        yield f"{asked.name} = {default}"
        yield "  from     its default" if asked.option.default else "  from     nowhere"
        return
    yield f"{asked.name} = {_shown(asked, setting)}"
    yield f"  from     {setting.origin}"
    for weaker in setting.weaker():
        yield f"  over     {_shown(asked, weaker)}, {weaker.origin}"
    if asked.option.default:
        yield f"  default  {asked.option.default}"


def _shown(asked: Asked, setting: Setting) -> str:
    in_file = setting.origin.lower().endswith(asked.option.name + FILE)
    text = shown(asked.name + FILE * in_file, setting.value)
    return f"the text of {text}" if in_file else text


def _actions(application: Application, asked: Asked, general: Setting | None) -> Iterator[str]:
    """The actions for which something else holds, those with the same settings said once."""
    found: dict[tuple[str, ...], list[str]] = {}
    for plan in application.plans.values():
        options = plan.said.get(asked.section[1], {})
        setting = _of(options, asked.option.name) if general else _said(application, asked, options)
        if setting is not None and (general is None or tuple(setting) != tuple(general)):
            name = f"{plan.name} below {plan.below}" if plan.below else plan.name
            first, *rest = _value(asked, setting)
            found.setdefault((first.partition(" = ")[2], *rest[: -1 if asked.option.default else None]), []).append(
                name
            )
    for (value, *rest), names in found.items():
        yield f"  for {', '.join(dict.fromkeys(names))}: {value}"
        yield from (f"  {line}" for line in rest)
