"""The card of a snapshot: what a person must know before they train on it, as the README.md of the dataset.

The card is no part of the stored files. Their sha256 names the data and nothing else: equal data has one name on any
machine, while a card tells of names, dates, people and licences, which are of one database. It is written from the
figures that are kept with the snapshot, so it says the same each time; a re-export of the data is the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.template.defaultfilters import pluralize

from datasets_app.models import Snapshot, SnapshotState, Source
from datasets_app.snapshots.balance import Balance
from datasets_app.snapshots.choosing import Selection
from datasets_app.snapshots.errors import NotComparable
from datasets_app.snapshots.figures import NOT_CHECKED, NOT_SCORED, TITLES

LONGEST_TABLE = 100  # rows; topics may be thousands


def card_of(snapshot: Snapshot) -> str:
    """The card as Markdown, from the snapshot's row and the figures kept with it. Raises `NotComparable`, not ready."""
    if snapshot.state != SnapshotState.READY:
        raise NotComparable(snapshot=snapshot.name, state=snapshot.get_state_display())
    parts = [f"# {_plain(snapshot.name)}", _summary(snapshot), _section("How it was made", _bullets(made(snapshot)))]
    if snapshot.figures:
        parts.append(_section("Where it comes from", _sources(snapshot.figures["sources"])))
        parts += [_section(title, _shares(title, snapshot.figures["shares"][name])) for name, title in TITLES.items()]
    parts.append(_section("Known limits", _bullets(limits(snapshot)) or "None known."))
    return "\n\n".join(parts) + "\n"


def made(snapshot: Snapshot) -> list[str]:
    """How it was made, a sentence each."""
    who, day = snapshot.created_by or "the command line", f"{snapshot.created_at:%Y-%m-%d}"
    figures = snapshot.figures
    said = [f"Taken: {_query(snapshot)}.", f"Balance: {Balance.from_json(snapshot.balance)}."]
    if figures:
        said.append(
            f"{figures['groups']:,} groups; what shares a group, a near-duplicate or a text was kept on one side."
        )
        said += [f"Scores and gate: gate {figures['gate']}."] if figures["gate"] is not None else []
    said.append(f"Divided with seed {snapshot.seed}, {snapshot.validation_share:.1%} wanted for validation.")
    return [*said, f"Built on {day} by {who}.", f"sha256 {snapshot.sha256}"]


def limits(snapshot: Snapshot) -> list[str]:
    """What a person should know before they trust it, a sentence each."""
    said, figures = [], snapshot.figures
    if snapshot.gate_accepted_count:
        count, share = snapshot.gate_accepted_count, snapshot.gate_accepted_count / snapshot.count
        said.append(f"No person has looked at {count:,} of them ({share:.0%}): the gate alone decided.")
    if not snapshot.validation_count and snapshot.validation_share:
        said.append("Nothing was kept for validation: all samples hang together with too many others.")
    if not figures:
        return [*said, "It was built before figures were kept, so its distributions are not known. Build it again."]
    for name, rest in (("level", NOT_CHECKED), ("score", NOT_SCORED)):
        missing = sum(row[1] + row[2] for row in figures["shares"][name] if row[0] == rest)
        said += [f"{missing:,} were {rest} when it was built."] if missing else []
    for label, count in figures["left_out"]:
        said.append(f"The balance left out {count:,} of {label}.")
    bare = sum(one["count"] for one in figures["sources"] if not one["licence"])
    said += [f"No licence is known for {bare:,} of them."] if bare else []
    covered, known = figures["coverage"]["covered"], figures["coverage"]["known"]
    said += [f"It covers {covered:,} of {known:,} known pairs of kind and topic."] if known > covered else []
    return said


def _summary(snapshot: Snapshot) -> str:
    figures = f"{snapshot.train_count:,} to train, {snapshot.validation_count:,} to validate"
    domain = f" about {snapshot.domain}" if snapshot.domain else " of several domains"
    pairs = snapshot.figures.get("pairs", {})
    count = pairs.get("train", 0) + pairs.get("validation", 0)
    also = f" It has {count:,} preference pair{pluralize(count)} of them." if count else ""
    return f"{snapshot.count:,} accepted sample{pluralize(snapshot.count)}{domain}: {figures}.{also}"


def _query(snapshot: Snapshot) -> str:
    selection = Selection.from_json(snapshot.query, snapshot.domain)
    asked = [f"{name} = {_value(value)}" for name, value in selection.filter.items()]
    sources = Source.objects.filter(pk__in=selection.source_ids).order_by("pk").values_list("name", flat=True)
    asked += [f"source = {' or '.join(map(_plain, sources))}"] if selection.source_ids else []
    return "accepted samples" + (f" with {', '.join(asked)}" if asked else "")


def _value(value: Any) -> str:
    return " or ".join(map(_plain, value)) if isinstance(value, list) else _plain(value)


def _sources(sources: Sequence[dict[str, Any]]) -> str:
    rows = [
        (one["name"], one["kind"], one["licence"] or "not known", one["count"], one["sha256"] or "—") for one in sources
    ]
    return _table(("Source", "Kind", "Licence", "Samples", "sha256"), rows)


def _shares(title: str, rows: Sequence[Sequence[Any]]) -> str:
    shown = _table((title, "Train", "Validation"), rows[:LONGEST_TABLE])
    more = len(rows) - LONGEST_TABLE
    return f"{shown}\n\n{more:,} more." if more > 0 else shown


def _section(title: str, text: str) -> str:
    return f"## {title}\n\n{text}"


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else _plain(value)


def _plain(value: Any) -> str:
    """A text in one line in which Markdown sees no markup: names come from anybody."""
    line = " ".join(str(value).split())
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>|#" else letter for letter in line)
