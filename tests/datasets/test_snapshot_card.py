"""The card of a snapshot says what a person must know before they train on it, and says it unchanged ever after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.artifacts import artifact_path
from afsweb.core.models import Role
from datasets_app.domains.base import get_domain
from datasets_app.models import (
    CoverageCell,
    Decider,
    GateVersion,
    Sample,
    SampleState,
    SampleVersion,
    Score,
    Snapshot,
    Source,
    Text,
    Verdict,
)
from datasets_app.samples.adding import make_current
from datasets_app.snapshots.balance import Balance
from datasets_app.snapshots.building import Plan, start_snapshot
from datasets_app.snapshots.card import card_of
from datasets_app.snapshots.choosing import Selection
from datasets_app.snapshots.errors import NotComparable
from tests.datasets.conftest import ImportLines, line
from tests.datasets.test_snapshot import build

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Any], Client]


@pytest.fixture
def source(import_lines: ImportLines) -> Source:
    """Ten accepted samples: four by a person; eight scored, nine verified; seven of one kind, three of another."""
    made = import_lines([line(number, kind="fact" if number < 7 else "question") for number in range(10)])
    samples = Sample.objects.filter(source=made).order_by("pk")
    samples.update(state=SampleState.ACCEPTED, decided_by=Decider.GATE, topic="PPU")
    samples.filter(pk__in=list(samples.values_list("pk", flat=True)[:4])).update(decided_by=Decider.PERSON, topic="")
    versions = list(samples.values_list("current", flat=True))
    gate, code = GateVersion.objects.get(is_current=True), get_domain("asm65816")
    scores = [
        Score(version_id=pk, gate=gate, overall=0.5 + place / 20, passes=True) for place, pk in enumerate(versions)
    ]
    Score.objects.bulk_create(scores[:8])
    Verdict.objects.bulk_create(
        Verdict(version_id=pk, verifier=code.slug, verifier_version=code.verifier_version, level=place % 2)
        for place, pk in enumerate(versions[:9])
    )
    return made


def row(card: str, label: str) -> list[str]:
    """The cells of the one row of a table that begins with `label`."""
    (found,) = [line for line in card.splitlines() if line.startswith(f"| {label} |")]
    return [cell.strip() for cell in found.strip("|").split("|")][1:]


def total(card: str, label: str) -> int:
    return sum(map(int, row(card, label)))


def test_it_counts_what_is_in_it(source: Source) -> None:
    snapshot = build("first", source)
    card = card_of(snapshot)
    assert card.startswith("# first\n\n10 accepted samples about 65816 assembly:")
    assert row(card, "asm65816") == [str(snapshot.train_count), str(snapshot.validation_count)]
    assert (total(card, "asm65816: fact"), total(card, "asm65816: question")) == (7, 3)
    assert (total(card, "PPU"), total(card, "none")) == (6, 4)
    assert (total(card, "a person"), total(card, "the gate alone")) == (4, 6)
    assert snapshot.sha256 in card


def test_verdicts_and_scores_are_distributions(source: Source) -> None:
    card = card_of(build("first", source))
    assert (total(card, "0: nothing confirmed"), total(card, "1: code found"), total(card, "not checked")) == (5, 4, 1)
    assert (total(card, "0.50 to 0.55"), total(card, "0.85 to 0.90"), total(card, "not scored")) == (1, 1, 2)


def test_sources_come_with_licence_and_hash(source: Source) -> None:
    card = card_of(build("first", source))
    assert f"| lines.jsonl | imported file | CC0 | 10 | {source.sha256} |" in card


def test_it_says_how_it_was_made(source: Source) -> None:
    card = card_of(build("first", source, selection=Selection({"kind": "fact"}), balance=Balance(cap=5), seed=3))
    assert "Taken: accepted samples with kind = fact." in card
    assert "Balance: at most 5 of each kind." in card
    assert "seed 3, 20.0% wanted" in card


def test_it_knows_its_limits(source: Source) -> None:
    CoverageCell.objects.bulk_create(
        CoverageCell(domain=source.domain, kind="fact", topic=f"topic {number}") for number in range(9)
    )
    Source.objects.filter(pk=source.pk).update(licence="")
    card = card_of(build("first", source, balance=Balance(cap=5)))
    assert "The balance left out 2 of asm65816: fact." in card
    assert "No licence is known for 8 of them." in card
    assert "known pairs of kind and topic" in card
    assert "No person has looked at" in card


def test_later_edits_change_neither_card_nor_files(source: Source) -> None:
    snapshot = build("first", source)
    before = card_of(snapshot), exported(snapshot)
    sample = Sample.objects.filter(source=source)[0]
    edited = SampleVersion.objects.create(sample=sample, number=2, **Text("Edited?", "", "Edited.").columns())
    make_current([edited.pk])
    Sample.objects.filter(source=source).update(kind="other", topic="other", decided_by=Decider.PERSON)
    Source.objects.filter(pk=source.pk).update(name="renamed", licence="other")
    Verdict.objects.all().delete()
    snapshot = Snapshot.objects.get(pk=snapshot.pk)
    assert (card_of(snapshot), exported(snapshot)) == before
    assert exported(snapshot) == stored(snapshot)


def exported(snapshot: Snapshot) -> bytes:
    from datasets_app.exchange.exporting import export
    from datasets_app.exchange.formats.chat import CHAT

    return b"".join(export(snapshot, CHAT))


def stored(snapshot: Snapshot) -> bytes:
    assert snapshot.artifact is not None
    folder = artifact_path(snapshot.artifact)
    return b"".join((folder / f"{split}.jsonl").read_bytes() for split in ("train", "validation"))


def test_it_is_no_part_of_the_stored_files(source: Source) -> None:
    snapshot = build("first", source)
    assert snapshot.artifact is not None
    assert {file["path"] for file in snapshot.artifact.manifest["files"]} == {"train.jsonl", "validation.jsonl"}


def test_names_cannot_break_its_markup(source: Source) -> None:
    Source.objects.filter(pk=source.pk).update(name="a | b\n# <script>")
    card = card_of(build("[x](y)", source))
    assert card.startswith("# \\[x\\](y)\n")
    assert "| a \\| b \\# \\<script\\> |" in card


def test_one_that_is_not_ready_has_none(source: Source) -> None:
    with pytest.raises(NotComparable):
        card_of(start_snapshot(Plan("late"), by=None))


def test_one_from_before_says_what_it_lacks(source: Source) -> None:
    older = Snapshot(
        name="older", state="ready", train_count=3, sha256="0" * 64, domain=source.domain, created_at=source.created_at
    )
    assert "before figures were kept" in card_of(older)


def test_the_page_shows_it_and_hands_it_out(source: Source, client_as: ClientAs) -> None:
    snapshot, client = build("first", source), client_as(Role.VIEWER)
    page = client.get(snapshot.get_absolute_url()).content.decode()
    assert "Known limits" in page and "1: code found" in page and "CC0" in page
    card = client.get(reverse("download_card", args=[snapshot.uuid]))
    assert card["Content-Disposition"] == 'attachment; filename="README.md"'
    assert card.content.decode() == card_of(snapshot)


@pytest.mark.parametrize("of", ["score", "level"])
def test_its_charts(source: Source, client_as: ClientAs, of: str) -> None:
    url = reverse("draw_shares", args=[build("first", source).uuid])
    client = client_as(Role.VIEWER)
    assert client.get(f"{url}?of={of}").json()["item"]["doc"]
    assert client.get(f"{url}?of=nothing").status_code == 404
