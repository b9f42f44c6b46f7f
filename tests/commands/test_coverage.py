"""`afs coverage` and `afs map`: what the pages show and do, from a terminal."""

from __future__ import annotations

import pytest

from afsweb.core.models import Event, EventSource
from datasets_app.coverage.counting import count_cells
from datasets_app.models import CoverageCell, EmbeddingMap, SampleState, Source
from tests.commands.conftest import Afs
from tests.coverage.making import add_cell
from tests.datasets.mapping import add_numbered, give_vectors, map_of, vectors_at

pytestmark = pytest.mark.django_db
PLACES = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]


def test_cells_are_shown_with_the_thin_ones_named(afs: Afs, source: Source) -> None:
    add_cell(source, 30, kind="fact", topic="dma", state=SampleState.ACCEPTED)
    add_cell(source, 2, kind="fact", topic="vram")
    count_cells(source.domain)
    full, lean = afs("coverage", "show", "asm65816").out, afs("coverage", "show", "asm65816", "--thin").out
    assert "30 accepted" in full
    assert "30 accepted" not in lean
    assert "video memory (VRAM)" in lean
    assert "thin: fewer than 5 accepted" in lean


def test_nothing_counted_says_what_counts(afs: Afs, source: Source) -> None:
    assert "`afs coverage count asm65816` counts them" in afs("coverage", "show", "asm65816").out


def test_counting_is_enqueued_once(afs: Afs, source: Source) -> None:
    assert "Count the coverage of" in afs("coverage", "count", "asm65816").out
    assert "about to be counted already" in afs("coverage", "count", "asm65816").out
    assert not CoverageCell.objects.exists()


def test_a_map_is_made_listed_and_deleted(afs: Afs, source: Source) -> None:
    give_vectors(add_numbered(source, 3), vectors_at(PLACES))
    made = afs("map", "make", "asm65816")
    row = EmbeddingMap.objects.get()
    assert str(row.uuid) in made.out
    assert "queued" in afs("map", "list").out
    assert afs("map", "delete", row.uuid, "--yes").out == "deleted\n"
    assert not EmbeddingMap.objects.exists()
    assert set(Event.objects.filter(object_type="datasets.embeddingmap").values_list("source", flat=True)) == {
        EventSource.CLI
    }


def test_refusals_are_sentences(afs: Afs, source: Source) -> None:
    assert "a map needs 3" in afs("map", "make", "asm65816").err
    assert "There is no domain" in afs("coverage", "show", "x").err
    map_of(add_numbered(source, 3), PLACES)
    assert "There is no map" in afs("map", "delete", "something", "--yes").err
