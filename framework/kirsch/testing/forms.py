"""The forms of an HTML page: what a browser would send for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from kirsch.errors import did_you_mean
from kirsch.testing.errors import TestingError

BUTTONS = ("submit", "image", "button", "reset")


@dataclass
class Control:
    """One control of a form: its kind ("text", "checkbox", "select", ...), value and, for a select, options."""

    name: str
    kind: str
    value: str
    on: bool = True  # ticked, for checkboxes and radios
    multiple: bool = False
    disabled: bool = False
    options: list[tuple[str, str, bool]] = field(default_factory=list)  # value, label, selected
    text: str = ""  # of a button

    @property
    def values(self) -> list[str]:
        """What it sends untouched."""
        if self.kind != "select":
            return [self.value] if self.on else []
        chosen = [value for value, _, selected in self.options if selected]
        if not chosen and self.options and not self.multiple:
            return [self.options[0][0]]
        return chosen if self.multiple else chosen[-1:]


@dataclass
class Form:
    """A form of a page, with its controls in order."""

    action: str
    method: str
    multipart: bool
    id: str = ""
    controls: list[Control] = field(default_factory=list)

    def __str__(self) -> str:
        fields = ", ".join(dict.fromkeys(control.name for control in self.fields))
        buttons = ", ".join(repr(button.text or button.value) for button in self.buttons)
        return f"{self.method} {self.action or '(this page)'} fields: {fields or 'none'}; buttons: {buttons or 'none'}"

    @property
    def fields(self) -> list[Control]:
        """The controls that send something by themselves."""
        return [control for control in self.controls if control.kind not in BUTTONS and not control.disabled]

    @property
    def buttons(self) -> list[Control]:
        """The controls that send the form."""
        return [control for control in self.controls if control.kind in ("submit", "image") and not control.disabled]

    def __getitem__(self, name: str) -> Control:
        return next(control for control in self.controls if control.name == name)

    def fits(self, values: Mapping[str, Any], button: str | None) -> bool:
        """Whether it has all these fields, and the button."""
        known = {control.name for control in self.fields}
        return set(values) <= known and (button is None or self.find_button(button) is not None)

    def find_button(self, wanted: str) -> Control | None:
        """The button of that name, value or text."""
        return next((button for button in self.buttons if wanted in (button.name, button.value, button.text)), None)

    def fill(self, values: Mapping[str, Any], button: str | None) -> list[tuple[str, Any]]:
        """The pairs to send, with *values* in place of what the page holds.

        :raises TestingError: for a name, a choice or a button that the form does not have.
        """
        known = list(dict.fromkeys(control.name for control in self.fields if control.name))
        for name in values:
            if name not in known:
                raise TestingError(f"the form has no field {name!r}. {did_you_mean(name, known)}")
        pairs: list[tuple[str, Any]] = []
        for name in known:
            controls = [control for control in self.fields if control.name == name]
            texts = _given(controls, values[name]) if name in values else _untouched(controls, self.multipart)
            pairs += [(name, text) for text in texts]
        return pairs + self._pressed(button)

    def _pressed(self, wanted: str | None) -> list[tuple[str, Any]]:
        pressed = self.find_button(wanted) if wanted is not None else next(iter(self.buttons), None)
        if wanted is not None and pressed is None:
            words = [button.text or button.value or button.name for button in self.buttons]
            raise TestingError(f"the form has no button {wanted!r}. {did_you_mean(wanted, words)}")
        return [(pressed.name, pressed.value)] if pressed is not None and pressed.name else []


def _untouched(controls: list[Control], multipart: bool) -> list[Any]:
    found: list[Any] = []
    for control in controls:
        if control.kind == "file":
            found += [("", b"")] if multipart else []
        else:
            found += control.values
    return found


def _given(controls: list[Control], value: Any) -> list[Any]:
    """The texts that stand for *value* in the controls of one name."""
    first = controls[0]
    if value is None:
        return []
    wanted = value if isinstance(value, list) else [value]
    if first.kind == "select":
        return [_option(first, item) for item in wanted]
    if first.kind == "radio" or (first.kind == "checkbox" and not isinstance(value, bool)):
        choices = [control.value for control in controls]
        for item in wanted:
            if str(item) not in choices:
                raise TestingError(f"{first.name!r} cannot be {item!r}. {did_you_mean(str(item), choices)}")
        return [str(item) for item in wanted]
    ticks = [control for control in controls if control.kind == "checkbox"]
    if isinstance(value, bool) and ticks:
        # A hidden field of the same name stands for the box that is not ticked; a browser sends it as well.
        hidden = [control.value for control in controls if control.kind == "hidden"]
        return hidden + ([ticks[0].value] if value else [])
    return wanted


def _option(select: Control, wanted: Any) -> str:
    """The value of the option with that value or label."""
    for value, label, _ in select.options:
        if str(wanted) in (value, label):
            return value
    known = [label or value for value, label, _ in select.options]
    raise TestingError(f"{select.name!r} has no option {wanted!r}. {did_you_mean(str(wanted), known)}")


def read_forms(page: str) -> list[Form]:
    """The forms of an HTML page, in order; controls elsewhere that name a form's id belong to it."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    by_id = {form.id: form for form in reader.forms if form.id}
    for owner, control in reader.strays:
        if owner in by_id:
            by_id[owner].controls.append(control)
    return reader.forms


class _Reader(HTMLParser):
    """Collects forms; markup that is not understood is passed over, as browsers do."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.strays: list[tuple[str, Control]] = []
        self.form: Form | None = None
        self.control: Control | None = None  # an open textarea, select or button
        self.option: tuple[str | None, bool] | None = None
        self.words: list[str] = []
        self.disabled_fieldsets: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value if value is not None else "" for name, value in attrs}
        if tag == "form":
            method = given.get("method", "get").upper()
            self.form = Form(
                given.get("action", ""), method, "multipart" in given.get("enctype", ""), given.get("id", "")
            )
            self.forms.append(self.form)
        elif tag == "fieldset":
            self.disabled_fieldsets.append("disabled" in given)
        elif tag == "input":
            self._add_input(given)
        elif tag in ("textarea", "select", "button"):
            self.control = self._make(given, given.get("type", "submit") if tag == "button" else tag)
            self.words = []
        elif tag == "option":
            self._close_option()
            self.option, self.words = (given.get("value"), "selected" in given), []

    def _add_input(self, given: Mapping[str, str]) -> None:
        control = self._make(given, given.get("type", "text").lower())
        if control.kind in ("checkbox", "radio"):
            control.on = "checked" in given
            control.value = given.get("value", "on")

    def _make(self, given: Mapping[str, str], kind: str) -> Control:
        control = Control(given.get("name", ""), kind, given.get("value", ""), multiple="multiple" in given)
        control.disabled = "disabled" in given or any(self.disabled_fieldsets)
        if given.get("form"):
            self.strays.append((given["form"], control))
        elif self.form is not None:
            self.form.controls.append(control)
        return control

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "fieldset" and self.disabled_fieldsets:
            self.disabled_fieldsets.pop()
        elif tag == "option":
            self._close_option()
        elif tag in ("textarea", "select", "button") and self.control is not None:
            self._close_option()
            text = "".join(self.words)
            if tag == "textarea":
                self.control.value = text.removeprefix("\r\n").removeprefix("\n")
            elif tag == "button":
                self.control.text = " ".join(text.split())
            self.control = None

    def _close_option(self) -> None:
        if self.option is None or self.control is None:
            return
        label = " ".join("".join(self.words).split())
        value, selected = self.option
        self.control.options.append((label if value is None else value, label, selected))
        self.option, self.words = None, []
