"""The style sheet: light enough to send, and its colours far enough apart to read."""

import re
from pathlib import Path

import pytest

from kirsch.crud import views

SHEET = (Path(views.__file__).with_name("assets") / "kirsch.css").read_text(encoding="utf-8")
TEXTS = [
    *(("ink", ground) for ground in ("paper", "card", "sunk", "tint", "good-tint", "warn-tint", "bad-tint")),
    *(("soft", ground) for ground in ("paper", "card", "sunk")),
    *(("accent", ground) for ground in ("paper", "card", "sunk", "tint")),
    *((name, f"{name}-tint") for name in ("good", "warn", "bad")),
    ("bad", "card"),
    ("card", "bad"),
    ("on-strong", "strong"),
    ("on-strong", "accent"),
]


def colours(scheme: str) -> dict[str, str]:
    """The colours by name; the dark ones stand in place of the light ones."""
    light, dark = re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL)[:2]
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", light))
    return found | dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", dark)) if scheme == "dark" else found


def brightness(colour: str) -> float:
    """The relative luminance. Source: WCAG 2.2, section 1.4.3."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(scheme):
    """At least 4.5 to 1 between text and what it stands on, as WCAG AA asks."""
    found = colours(scheme)

    weak = {pair: round(contrast(*(found[name] for name in pair)), 2) for pair in TEXTS}

    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_edges_of_fields_can_be_seen(scheme):
    """At least 3 to 1 between a field's edge, or the ring of what has the focus, and what lies around it."""
    found = colours(scheme)

    for ground in ("card", "paper"):
        assert contrast(found["edge"], found[ground]) >= 3
        assert contrast(found["accent"], found[ground]) >= 3


def test_the_sheet_is_whole():
    """Braces match, every property that is used is set, nothing comes from elsewhere."""
    used, known = set(re.findall(r"var\(--([a-z-]+)\)", SHEET)), set(re.findall(r"--([a-z-]+):", SHEET))

    assert SHEET.count("{") == SHEET.count("}")
    assert used <= known
    assert "url(" not in SHEET
    assert "@import" not in SHEET


def test_the_sheet_keeps_to_what_visitors_wish():
    """Dark screens, less motion, paper, a phone."""
    for wish in ("prefers-color-scheme: dark", "prefers-reduced-motion", "@media print", "max-width: 40rem"):
        assert wish in SHEET
