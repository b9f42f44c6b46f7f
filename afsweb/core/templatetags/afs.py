"""`{% load afs %}`: how figures, states, intervals and code look, the same on every page."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone

from afsweb.core.keys import key_of

register = template.Library()
MISSING = "—"

TONES = {
    "ok": ("succeeded", "accepted", "active", "ready", "ok", "scored", "done", "supported", "improved", "fixed"),
    "run": ("running", "leased", "loading", "building", "sent"),
    "warn": ("stopped", "draining", "unknown", "unparsed", "lost", "unstable", "warning", "warn"),
    "bad": ("failed", "rejected", "revoked", "contradicted", "regressed", "broke", "error", "bad"),
    "gold": ("golden",),
}
TONE_OF = {word: tone for tone, words in TONES.items() for word in words}


@register.filter
def tone(state: str) -> str:
    """The chip's class for a state: ok, run, warn, bad, gold, or nothing for a state that needs no colour (queued)."""
    return TONE_OF.get(str(state), "")


@register.filter
def words(code: str) -> str:
    """register_contradicted as register contradicted: a name for programs, as people read it."""
    return str(code).replace("_", " ")


@register.filter
def number(value: Any) -> str:
    """1912 as 1,912; a missing number as a dash."""
    return MISSING if value is None or value == "" else f"{value:,}"


@register.filter
def decimals(value: Any, places: int = 2) -> str:
    """0.4142 as 0.41, with the real minus sign; a missing number as a dash."""
    return MISSING if value is None or value == "" else f"{float(value):,.{places}f}".replace("-", "−")


@register.filter
def signed(value: Any, places: int = 2) -> str:
    """A difference, always with its sign: +0.36, −0.34."""
    return MISSING if value is None or value == "" else f"{float(value):+,.{places}f}".replace("-", "−")


@register.filter
def percent(value: Any, places: int = 0) -> str:
    """A share of 0 to 1 as 93 %."""
    return MISSING if value is None or value == "" else f"{100 * float(value):.{places}f} %"


@register.filter
def duration(value: float | timedelta | None) -> str:
    """Seconds, or a timedelta, as a person says them: 0.4 s, 38 s, 3 min 12 s, 2 h 5 min, 3 d 4 h."""
    if value is None or value == "":
        return MISSING
    seconds = value.total_seconds() if isinstance(value, timedelta) else float(value)
    if seconds < 10:
        return f"{max(seconds, 0):.1f} s"
    whole = round(seconds)
    for size, unit, smaller, small_unit in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // smaller} {small_unit}"
    return f"{whole} s"


@register.filter
def since(start: datetime | None, end: datetime | None = None) -> str:
    """How long it took from `start` to `end`, or has taken so far."""
    return MISSING if start is None else duration((end or timezone.now()) - start)


@register.filter
def ago(moment: datetime | None) -> str:
    """How long ago, in one unit: just now, 5 min ago, 3 h ago, 12 d ago."""
    if moment is None:
        return MISSING
    passed = (timezone.now() - moment).total_seconds()
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if passed >= size:
            return f"{int(passed // size)} {unit} ago"
    return "just now"


@register.simple_tag(takes_context=True)
def key(context: Context, name: str) -> str:
    """The key of an action (afsweb.core.keys) for the person who looks: `<kbd>{% key "accept" %}</kbd>`."""
    return key_of(name, context.get("user"))


@register.inclusion_tag("components/interval.html")
def interval(
    point: float,
    low: float,
    high: float,
    minimum: float = 0.0,
    maximum: float = 1.0,
    tone: str = "",
    zero: float | None = None,
    mark: float | None = None,
    label: str = "",
) -> dict[str, Any]:
    """An interval [low, high] around `point` on an axis from `minimum` to `maximum`, as SVG without a style attribute.

    `zero` and `mark` draw a line each (no difference; the margin). `tone`: empty is ok, or bad, or flat.
    """
    width = (maximum - minimum) or 1.0

    def place(value: float | None) -> str | None:
        return None if value is None else f"{1 + min(max((value - minimum) / width, 0), 1) * 98:.2f}"

    said = label or f"{signed(point) if minimum < 0 else decimals(point)}, {decimals(low)} to {decimals(high)}"
    places = {"point": place(point), "low": place(low), "high": place(high), "zero": place(zero), "mark": place(mark)}
    return places | {"tone": tone, "label": said}


@register.inclusion_tag("components/code_lines.html")
def code_lines(text: str, hits: Collection[int] = ()) -> dict[str, Any]:
    """`text` with line numbers from 1; the lines numbered in `hits` stand out."""
    return {"lines": [(number, line, number in hits) for number, line in enumerate(text.split("\n"), 1)]}
