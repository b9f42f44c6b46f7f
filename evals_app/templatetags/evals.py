"""`{% load evals %}`: how answers with their evidence, p values and verdicts look."""

from __future__ import annotations

from typing import Any

from django import template

from afsweb.core.templatetags.afs import interval, signed
from evals_app.compare.report import Difference
from evals_app.models import Result
from evals_app.results.evidence import pieces
from evals_app.stats import LEAST, Paired, Verdict
from evals_app.stats.intervals import Estimate

register = template.Library()

TONES = {"supported": "ok", "contradicted": "bad", "unknown": ""}
WORDS = {"supported": "right", "contradicted": "wrong", "unknown": "cannot be told"}
ADVICE = {
    "data": "more data",
    "size": "a larger model",
    "either": "cannot be told yet",
    "neither": "neither helps, as far as is known",
    "not enough": "not enough evidence",
}
SHOWN = 600  # characters of an answer that a table shows before it folds the rest


@register.inclusion_tag("evals/_answer.html")
def answer(result: Result | None) -> dict[str, Any]:
    """An answer with its evidence marked, or why there is none."""
    if result is None:
        return {"result": None}
    cut = [
        {"text": piece.text, "verdict": piece.verdict, "tone": TONES.get(piece.verdict, "")}
        | {"word": WORDS.get(piece.verdict, "")}
        for piece in pieces(result.answer, result.evidence)
    ]
    return {"result": result, "pieces": cut, "is_long": len(result.answer) > SHOWN}


@register.inclusion_tag("components/interval.html")
def gain(found: Difference, verdict: str, is_noise: bool = False, reach: float = 1.0) -> dict[str, Any]:
    """A difference on an axis from -reach to reach, with lines at 0 and at what a gate asks for; grey unless clear."""
    tone = "flat" if is_noise else {Verdict.IMPROVED: "", Verdict.REGRESSED: "bad"}.get(Verdict(verdict), "flat")
    paired = found.paired
    return interval(paired.difference, paired.low, paired.high, -reach, reach, tone, zero=0.0, mark=LEAST)


@register.filter
def relative(share: Any) -> str:
    """A difference as a share of what it is a difference from: +12.4 %; a dash where that is 0."""
    return "—" if share is None or share == "" else f"{100 * share:+,.1f} %".replace("-", "−")


@register.filter
def dollars(amount: Any) -> str:
    """0.0314 as $0.0314, 12.5 as $12.50; a dash where no price is known."""
    if amount is None or amount == "":
        return "—"
    return f"${amount:,.2f}" if amount >= 1 else f"${amount:.4f}"


@register.filter
def p_value(value: float | None) -> str:
    """0.0003 as p < 0.001, 0.0342 as p = 0.034; a missing one as a dash."""
    if value is None:
        return "—"
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"


@register.filter
def spread(estimate: Estimate | None) -> str:
    """The 95 % interval of a score: 0.78 to 0.95."""
    return "—" if estimate is None else f"{estimate.low:.2f} to {estimate.high:.2f}"


@register.filter
def range_of(paired: Paired) -> str:
    """The 95 % interval of a difference: −0.041 to +0.012."""
    return f"{signed(paired.low, 3)} to {signed(paired.high, 3)}"


@register.filter
def at(values: dict[int, int], key: int) -> int:
    """The value of a key, 0 where there is none."""
    return values.get(key, 0)


@register.filter
def field(thing: object, name: str) -> Any:
    """An attribute whose name the template has in a variable."""
    return getattr(thing, name)


@register.filter
def plain(value: object) -> str:
    """A value of a case as people write it: lists with commas, what has names with them, nothing as a dash."""
    if isinstance(value, dict):
        return "\n".join(f"{name}: {plain(one)}" for name, one in value.items())
    return ", ".join(map(str, value)) or "—" if isinstance(value, list) else str(value) or "—"


@register.filter
def points(share: float) -> str:
    """A share of 0 to 1 as points of a hundred, with its sign: +4.2."""
    return f"{100 * share:+.1f}".replace("-", "−")


@register.filter
def advice_tone(verdict: str) -> str:
    """The chip's class for a recommendation."""
    return "ok" if verdict in ("data", "size") else "warn"


@register.filter
def advice_words(verdict: str) -> str:
    """A recommendation in a few words."""
    return ADVICE[verdict]
