"""`{% load training %}`: how memory and small numbers look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from training_app.models import Standing
from training_app.preview.fit import in_gib

register = template.Library()


@register.filter
def gib(size: float | None) -> str:
    """Bytes as 5.2 GiB, or 12 MiB of what is small; a missing figure as a dash."""
    return "—" if size is None else in_gib(size)


@register.filter
def scientific(value: Any) -> str:
    """A small number as 3.2e-07; a missing one as a dash."""
    return "—" if value in (None, "") else f"{float(value):.1e}".replace("-", "−")


@register.filter
def standing_tone(standing: str) -> str:
    """The chip's class for what people think of a version."""
    return {Standing.BEST: "ok", Standing.FAILED: "bad"}.get(Standing(standing), "") if standing else ""


@register.filter
def entry(table: Mapping[str, Any], name: str) -> Any:
    """What `table` has under `name`; "" where it has nothing."""
    return table.get(name, "")
