"""A sample with its evidence, as a terminal shows it."""

from __future__ import annotations

from afsweb.core.differences import Difference
from afsweb.core.templatetags.afs import decimals, words
from afsweb.terminal import say
from datasets_app.models import Sample, SampleState
from datasets_app.review.blocks import Block
from datasets_app.review.cards import Card
from datasets_app.review.evidence import Evidence
from datasets_app.review.parts import Part

MARKS = {"bad": "!", "warn": "?"}


def say_card(card: Card) -> None:
    """Everything that the review page shows of it."""
    sample = card.sample
    # A repeat looks as if nobody had decided.
    say(f"Sample {sample.pk}: {standing(sample) if card.repeat_of_id is None else SampleState.PENDING.label}")
    about = [sample.domain.name, sample.kind, sample.source.name, f"version {card.version.number}"]
    say(" · ".join(part for part in about if part))
    for flag in sample.flags:  # type: ignore[attr-defined]
        say(f"flagged by {flag['who']}{': ' if flag['note'] else ''}{flag['note']}")
    for part in card.parts:
        say_part(part)
    say_evidence(card)
    for one in card.opinions:
        say(f"{one['who']} judged: {one['decision']}{': ' if one['why'] else ''}{one['why']}")
    used = ", ".join(one["name"] for one in card.used_in) or "no snapshot"
    say(f"\nIn {used}; {sample.near_duplicates or 0} near-duplicates")  # type: ignore[attr-defined]


def standing(sample: Sample) -> str:
    """Where it stands, in words."""
    by = f" by {sample.get_decided_by_display()}" if sample.decided_by else ""
    return f"{sample.get_state_display()}{by}{', golden' if sample.is_golden else ''}"


def say_part(part: Part) -> None:
    """One part of the text with the numbers of its lines; ! and ? mark those that findings are about."""
    say(f"\n{part.label}")
    for block in part.blocks:
        _say_block(block)


def _say_block(block: Block) -> None:
    for line in block.lines:
        indent = "    " if block.is_code else ""
        text = "".join(text for _, text in line.pieces)
        say(f"{MARKS.get(line.level, ' ')}{line.number:>4}  {indent}{text}")


def say_evidence(card: Card) -> None:
    """What the verifiers found, worst first, and the score under the current gate."""
    say("\nEvidence" if card.verdicts else "\nEvidence: not examined yet")
    for finding in card.findings:
        where = f" ({finding.get('where', 'output')}, line {finding['line']})" if finding.get("line") else ""
        say(f"  {finding['level']:5} {words(finding['code'])}: {finding['message']}{where}")
        if finding.get("hint"):
            say(f"        {finding['hint']}")
        for row in finding.get("table", ()):
            say("        " + " | ".join(row))
    for one in card.evidence:
        _say_verdict(one)
    if card.score is None:
        say("\nScores: not scored yet")
        return
    say(f"\nScores under {card.score.gate}: {'passes' if card.score.passes else 'does not pass'}")
    for veto in card.vetoes:
        say(f"  veto: {veto}")
    for figure in card.figures:
        say(f"  {decimals(figure.value):>5}  {figure.label}: {figure.reason or 'Not measured.'}")


def _say_verdict(evidence: Evidence) -> None:
    if evidence.is_old:
        say("  An older version of the verifier said this: examine its source again.")
    else:
        stopped = f", stopped at “{evidence.stopped_by}”" if evidence.stopped_by else ""
        say(f"  step {evidence.level} of {len(evidence.steps)}: {evidence.reached}{stopped}")
    for words_of in (evidence.measured, evidence.badge.words if evidence.badge else ""):
        if words_of:
            say(f"  {words_of}")


def say_difference(difference: Difference) -> None:
    """One part before and after; [- -] and [+ +] hold what only one of them has."""
    for sign, changes in (("-", difference.old), ("+", difference.new)):
        marked = (f"[{sign}{one.text}{sign}]" if one.is_changed else one.text for one in changes)
        say(f"\n{difference.label}, {'before' if sign == '-' else 'after'}\n{''.join(marked)}")
