"""Every pair of text and ground that the stylesheet uses meets WCAG 2.2 AA in both themes."""

from __future__ import annotations

import pytest

from afsweb.tokens import Theme, colours

TEXT = 4.5  # success criterion 1.4.3, text under 24 px
EDGE = 3.0  # success criterion 1.4.11, the edges of what can be used, and what a chart draws

GROUNDS = ("bg", "surface", "sunken", "raised")
ON_GROUNDS = ("text", "muted", "accent", "bad")
PAIRS = [
    *((front, ground, TEXT) for front in ON_GROUNDS for ground in GROUNDS),
    *((tone, f"{tone}-soft", TEXT) for tone in ("accent", "ok", "warn", "bad", "gold")),
    *(("text", f"{tone}-soft", TEXT) for tone in ("accent", "ok", "warn", "bad", "gold")),
    *(("muted", f"{tone}-soft", TEXT) for tone in ("accent", "bad", "warn", "ok")),
    *((tone, "surface", EDGE) for tone in ("accent", "ok", "warn", "bad", "gold", "muted")),
    *(("edge", ground, EDGE) for ground in ("surface", "bg")),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-strong", TEXT),
    ("on-bad", "bad", TEXT),
    ("on-bad", "bad-strong", TEXT),
]


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 to 1 (WCAG 2.2, definition of relative luminance)."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """1 (the same) to 21 (black on white)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pairs_can_be_read(theme: Theme) -> None:
    tokens = colours(theme)
    found = [(front, ground, contrast(tokens[front], tokens[ground]), bound) for front, ground, bound in PAIRS]
    assert not [(front, ground, round(ratio, 2)) for front, ground, ratio, bound in found if ratio < bound]
