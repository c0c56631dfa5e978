"""What joins the life of the process: signals, the pid file, reloading in development, what other packages bring."""

from dataclasses import is_dataclass
from pathlib import Path

from kirsch.bus import Bus
from kirsch.config import Config, Setting, laid
from kirsch.errors import ConfigError, UsageError, did_you_mean
from kirsch.extensions import brought, load_brought
from kirsch.settings import filled

#: Other packages bring plugins in this entry-point group.
GROUP = "kirsch.plugins"


class Plugin:
    """Something that starts and stops with the site: ``[plugins.NAME]`` switches it on and fills its options in.

    Subclasses are dataclasses, whose fields are their options.
    """

    def connect(self, bus: Bus, root: Path) -> None:
        """Subscribe to what the process does; *root* is the folder of the site.

        :raises UsageError: when the options cannot work.
        """
        raise NotImplementedError


def make_plugins(*configs: Config) -> list[Plugin]:
    """The plugins that are on, by their names in order.

    :raises ConfigError: with every mistake in ``[plugins]``.
    """
    found: list[Plugin] = []
    mistakes: list[str] = []
    for name, options in sorted(_settings(configs).items()):
        if "on" in options and options["on"].value is False:
            continue
        origin = next(setting.origin for setting in options.values())
        given = {option: setting for option, setting in options.items() if option not in ("", "on")}
        try:
            plugin, wrong = filled(load_plugin(name), f"plugins.{name}", given, configs[0].root)
        except UsageError as error:
            plugin, wrong = None, [f"{origin}: {error}"]
        mistakes += wrong
        found += [plugin] if plugin else []
    if mistakes:
        raise ConfigError(mistakes)
    return found


def _settings(configs: tuple[Config, ...]) -> dict[str, dict[str, Setting]]:
    """What is said of each plugin; a section without options is there as an option without a name."""
    found: dict[str, dict[str, Setting]] = {}
    for config in configs:
        for name in config.names("plugins"):
            said = {option: setting for option, setting in config.section("plugins", name).items() if "." not in option}
            own = config.settings.get(("plugins", name))
            whole = {"on" if own.value != {} else "": own} if own is not None else {}
            found[name] = laid(found.get(name, {}), {**whole, **said})
    return found


def load_plugin(name: str) -> type[Plugin]:
    """The class of the plugin called *name*; its module is imported now.

    :raises UsageError: when no package brings one of that name, or it is none.
    """
    known = brought(GROUP)
    if name not in known:
        raise UsageError(f"there is no plugin {name!r}. {did_you_mean(name, known)}")
    found = load_brought(GROUP, name, f"plugins.{name}")
    if not (isinstance(found, type) and issubclass(found, Plugin) and is_dataclass(found)):
        raise UsageError(f"plugins.{name} is {known[name]}, which is no dataclass derived from kirsch.plugins.Plugin.")
    return found
