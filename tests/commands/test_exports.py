"""`afs export`: a snapshot for short, and `list`, `show`, `delete` of what jobs wrote."""

from __future__ import annotations

import pytest

from afsweb.core.models import Event
from datasets_app.exchange.exports import start_export
from datasets_app.exchange.formats import FORMATS
from datasets_app.models import Export, Sample
from tests.commands.conftest import Afs
from tests.datasets.conftest import run_queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def export(samples: list[Sample]) -> Export:
    start_export("mine", FORMATS["jsonl"], query={}, by=None)
    run_queue()
    return Export.objects.get()


def test_list_and_show(afs: Afs, export: Export) -> None:
    said = afs("export", "list")
    assert str(export.uuid) in said.out and "ready" in said.out and said.out.endswith("mine\n")
    said = afs("export", "show", "mine")
    assert "mine: ready, JSONL" in said.out and "5 samples, 0 left out" in said.out
    assert "mine-jsonl.jsonl" in said.out and "export by" in said.out


def test_show_says_why_it_was_not_written(afs: Afs, export: Export) -> None:
    Export.objects.update(artifact=None, error="There was no room.")
    assert "There was no room." in afs("export", "show", export.uuid).out


def test_delete_asks_first(afs: Afs, export: Export) -> None:
    said = afs("export", "delete", "mine", typed="\n")
    assert "of files go; the samples stay" in said.out
    assert (said.status, "Nothing was changed" in said.err) == (1, True)
    assert Export.objects.exists()
    assert afs("export", "delete", "mine", typed="yes\n").out.endswith("mine: deleted\n")
    assert not Export.objects.exists()
    assert Event.objects.values_list("verb", "source").order_by("-pk")[0] == ("delete", "cli")


def test_one_that_is_being_written_is_not_deleted(afs: Afs, samples: list[Sample]) -> None:
    start_export("mine", FORMATS["jsonl"], query={}, by=None)
    said = afs("export", "delete", "mine", "--yes")
    assert (said.status, "“mine” is being written. Wait until" in said.err) == (1, True)
    assert Export.objects.exists()


@pytest.mark.parametrize("verb", ["show", "delete"])
def test_which_one_must_be_plain(afs: Afs, export: Export, verb: str) -> None:
    assert "There is no export “nothing”" in afs("export", verb, "nothing").err
    start_export("mine", FORMATS["csv"], query={}, by=None)
    assert "There are several exports “mine”. Give the id" in afs("export", verb, "mine").err


def test_without_words_the_verbs_are_named(afs: Afs) -> None:
    said = afs("export")
    assert (said.status, "VERB" in said.err) == (2, True)
    assert "delete" in afs("export", "--help").out
