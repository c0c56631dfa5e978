"""Every setting with its value and where it comes from."""

from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any

from kirsch.application import Application
from kirsch.config import FILE, Setting, dotted
from kirsch.redaction import HIDDEN, SIGN_IN, is_secret_setting
from kirsch.routing.table import aligned


def config(application: Application, search: str = "") -> str:
    """The settings of the site and the application by name; with *search* those whose name holds that word.

    What looks like a secret is not shown, nor are passwords in database URLs.
    """
    merged = {**application.site.settings, **application.config.settings}
    named = {dotted(key): setting for key, setting in merged.items()}
    rows = list(setting_rows(named, search))
    if not rows:
        return f"No setting holds {search!r}." if search else "Nothing is set; everything has its default."
    return aligned([("Setting", "Value", "From"), *rows])


def setting_rows(settings: Mapping[str, Setting], search: str = "") -> Iterable[tuple[str, str, str]]:
    """Name, value and origin of each setting, by name."""
    for name, setting in sorted(settings.items()):
        if setting.value == {} and any(other.startswith(f"{name}.") for other in settings):
            continue
        if search.lower() in name.lower():
            yield name, shown(name, setting.value), setting.origin


def shown(name: str, value: Any) -> str:
    """A value as configuration would write it, without its secrets."""
    # What lies in a table of secrets is one, too: tools.basicauth.passwords.ada.
    above, _, last = name.rpartition(".")
    # Of a secret in a file the path is shown, unless it is a word in a table of secrets.
    secret = is_secret_setting(above if last.endswith(FILE) else name)
    if secret and value not in ("", {}):
        return HIDDEN
    written = str(value) if isinstance(value, PurePath) else value
    return SIGN_IN.sub(rf"\1:{HIDDEN}@", repr(written))
