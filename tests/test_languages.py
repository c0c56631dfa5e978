"""Which of a site's languages a browser prefers."""

import pytest

from kirsch.negotiation import preferred_language

OFFERS = ("en", "de", "de-AT", "pt-BR")


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("de-CH", "de"),
        ("de-CH-1996, en;q=0.9", "de"),
        ("de-at", "de-AT"),
        ("pt", "pt-BR"),
        ("pt-PT", None),
        ("fr, pt;q=0.5, de;q=0.6", "de"),
        ("fr", None),
        ("*", "en"),
        ("en;q=0, *", "de"),
        ("de;q=0, de-AT", None),
        ("de;q=0, en;q=0, *;q=0.1", "pt-BR"),
        ("de;q=0.001", "de"),
        ("de;q=2, pt;q=0.1", "pt-BR"),
        ("de;level=1", None),
        ("  de ; q=1.0 ,en", "de"),
        (",,;,de", "de"),
        ("d\u00e9", None),
        ("-de", None),
        ("de_AT", None),
        ("de-" * 3000, None),
        ("xx," * 2000 + "de", "de"),
        ("xx," * 4000 + "de", None),
    ],
)
def test_what_a_browser_prefers_is_understood(accept, language):
    """RFC 9110, section 12.5.4, and RFC 4647, section 3.4; what makes no sense is passed over."""
    assert preferred_language(accept, OFFERS) == language
