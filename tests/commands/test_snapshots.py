"""`afs snapshot`: list, show, aside and back, and delete what nothing needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from afsweb.core.models import Event
from datasets_app.models import Sample, SampleState, Snapshot
from datasets_app.snapshots.building import Plan, start_snapshot
from datasets_app.snapshots.card import card_of
from datasets_app.snapshots.choosing import Selection
from tests.commands.conftest import Afs
from tests.datasets.test_snapshot import build
from tests.rows import make_base, make_recipe
from training_app.models import TrainingRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def snapshot(samples: list[Sample]) -> Snapshot:
    Sample.objects.update(state=SampleState.ACCEPTED)
    source = samples[0].source
    return build("first", source, selection=Selection.of(source.domain))


@pytest.fixture
def run(snapshot: Snapshot) -> TrainingRun:
    """A run that trained on it."""
    return TrainingRun.objects.create(name="veran", recipe=make_recipe(make_base()), snapshot=snapshot)


def test_snapshots_are_listed_without_the_archived_ones(afs: Afs, snapshot: Snapshot) -> None:
    row = afs("snapshot", "list").out
    assert row.startswith(f"{snapshot.uuid}  ready")
    assert row.endswith("first\n")
    assert afs("snapshot", "list", "--archived").out == ""
    assert afs("snapshot", "archive", "first").out == "first: in the archive\n"
    assert afs("snapshot", "list").out == ""
    assert afs("snapshot", "list", "--archived").out == row


def test_show_says_what_is_in_it_and_what_uses_it(afs: Afs, snapshot: Snapshot, run: TrainingRun) -> None:
    said = afs("snapshot", "show", "first").out
    assert said == afs("snapshot", "show", snapshot.uuid).out
    assert "first: ready, 65816" in said
    assert "Taken: accepted samples with domain = asm65816." in said
    assert f"sha256 {snapshot.sha256}" in said
    assert "used by training run veran" in said
    assert "Which register lies at" in said


def test_the_card_is_printed_and_written(afs: Afs, snapshot: Snapshot, tmp_path: Path) -> None:
    assert afs("snapshot", "card", "first").out == card_of(snapshot)
    afs("snapshot", "card", "first", "--output", tmp_path / "README.md")
    assert (tmp_path / "README.md").read_text() == card_of(snapshot)


def test_a_diff_says_what_changed(afs: Afs, snapshot: Snapshot, samples: list[Sample]) -> None:
    Sample.objects.filter(pk=samples[0].pk).update(state=SampleState.REJECTED)
    build("second", samples[0].source)
    said = afs("snapshot", "diff", "first", "second").out
    rows = dict(line.rsplit(maxsplit=1) for line in said.splitlines()[:5])
    assert rows | {"moved between splits": "", "the same": ""} == {
        "added": "0",
        "removed": "1",
        "edited": "0",
        "moved between splits": "",
        "the same": "",
    }
    assert f"removed  sample {samples[0].pk}" in said
    assert "Kind: 0.0% shifted" not in said


def test_a_diff_with_what_is_not_ready_is_a_sentence(afs: Afs, snapshot: Snapshot) -> None:
    start_snapshot(Plan("late"), by=None)
    said = afs("snapshot", "diff", "first", "late")
    assert (said.status, "only complete snapshots can be compared" in said.err) == (1, True)


@pytest.mark.parametrize("wish", ["kind", "kind=", "state=pending", "nonsense=1"])
def test_a_condition_that_no_filter_has_names_those_there_are(afs: Afs, wish: str) -> None:
    said = afs("snapshot", "build", "first", "--where", wish)
    assert (said.status, "write FIELD=VALUE with one of" in said.err) == (2, True)


def test_a_snapshot_comes_back_from_the_archive(afs: Afs, snapshot: Snapshot) -> None:
    afs("snapshot", "archive", "first")
    assert afs("snapshot", "restore", "first").out == "first: in use\n"
    assert list(Event.objects.order_by("pk").values_list("verb", "source"))[-2:] == [
        ("archive", "cli"),
        ("restore", "cli"),
    ]


def test_delete_asks_first(afs: Afs, snapshot: Snapshot) -> None:
    said = afs("snapshot", "delete", "first", typed="\n")
    assert "nothing trained on it; its 5 samples and its stored files stay" in said.out
    assert (said.status, "Nothing was changed" in said.err) == (1, True)
    assert afs("snapshot", "delete", "first", typed="yes\n").status == 0
    assert not Snapshot.objects.exists()
    assert Sample.objects.count() == 5


def test_with_yes_delete_asks_nobody(afs: Afs, snapshot: Snapshot) -> None:
    assert afs("snapshot", "delete", "first", "--yes").out.endswith("first: deleted\n")
    assert Event.objects.values_list("verb", "source").order_by("-pk")[0] == ("delete", "cli")


def test_what_was_trained_on_is_shown_and_stays(afs: Afs, snapshot: Snapshot, run: TrainingRun) -> None:
    said = afs("snapshot", "delete", "first", "--yes")
    assert "used by training run veran  /runs/" in said.out
    assert (said.status, "“veran” trained on it. Archive it instead" in said.err) == (1, True)
    assert Snapshot.objects.exists()


@pytest.mark.parametrize("verb", ["show", "export", "archive", "restore", "delete"])
def test_a_wrong_name_is_a_sentence(afs: Afs, db: None, verb: str) -> None:
    said = afs("snapshot", verb, "nothing")
    assert (said.status, "There is no snapshot “nothing”" in said.err) == (1, True)


def test_the_form_without_a_verb_names_the_verbs(afs: Afs, db: None) -> None:
    said = afs("snapshot", "first", "--domain", "asm65816")
    assert said.status == 2
    assert "'build'" in said.err
