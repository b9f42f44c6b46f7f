"""`afs sample bulk`, `afs sample export` and `afs history`: many at once, what became of them, and back."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from afsweb.core.models import Event, EventSource, Role, User
from datasets_app.models import BulkAction, Decision, Sample
from datasets_app.review.decisions import archive, decide
from tests.commands.conftest import Afs
from tests.conftest import make_user
from tests.review.making import MakeSamples, version


@pytest.fixture(autouse=True)
def person(reviewer: User) -> User:
    return reviewer


def test_what_the_filters_choose_is_done_after_a_yes(afs: Afs, worker: None, make_samples: MakeSamples) -> None:
    make_samples(2)
    make_samples(1, kind="story")
    refused = afs("sample", "bulk", "reject", "--reason", "duplicate", "--kind", "register", typed="n")
    assert refused.status == 1
    assert not Sample.objects.filter(state="rejected").exists()
    said = afs("sample", "bulk", "reject", "--reason", "duplicate", "--kind", "register", typed="y")
    assert said.status == 0
    assert "Reject 2 samples: too much like another" in said.out
    assert "2  waits for review" in said.out
    assert "2 of 2 done" in said.out
    assert Sample.objects.filter(state="rejected").count() == 2
    assert Event.objects.get(object_type="datasets.bulkaction").source == EventSource.CLI


def test_a_dry_run_says_it_and_changes_nothing(afs: Afs, reviewer: User, make_samples: MakeSamples) -> None:
    one, *_ = make_samples(3)
    decide(reviewer, version(one), Decision.ACCEPT, revision=0)
    said = afs("sample", "bulk", "accept", "--dry-run")
    assert "Accept 2 samples" in said.out
    assert "1  stay as they are: already so" in said.out
    assert not BulkAction.objects.exists()
    assert Sample.objects.filter(state="accepted").count() == 1


def test_named_samples_are_tagged_and_assigned(afs: Afs, worker: None, make_samples: MakeSamples) -> None:
    one, two, three = make_samples(3)
    assert afs("sample", "bulk", "tag", one.pk, f"#{two.pk}", "--tag", "hard", "--yes").status == 0
    assert afs("sample", "bulk", "assign", three.uuid, "--to", "a-reviewer", "--yes").status == 0
    assert list(Sample.objects.order_by("pk").values_list("tags", flat=True)) == [["hard"], ["hard"], []]
    assert Sample.objects.get(assigned_to__username="a-reviewer") == three


def test_a_whole_action_is_undone(afs: Afs, worker: None, make_samples: MakeSamples) -> None:
    make_samples(2)
    afs("sample", "bulk", "accept", "--yes")
    said = afs("sample", "bulk", "--undo", BulkAction.objects.get().uuid)
    assert "2 of 2 put back as they were" in said.out
    assert Sample.objects.filter(state="pending").count() == 2


def test_undo_names_what_was_changed_later(afs: Afs, worker: None, admin_user: User, make_samples: MakeSamples) -> None:
    one, _ = make_samples(2)
    afs("sample", "bulk", "accept", "--yes", "--as", "a-reviewer")
    decide(admin_user, version(one), Decision.REJECT, revision=1, reason="other")
    undo = ("sample", "bulk", "--undo", BulkAction.objects.get().uuid, "--as", "a-reviewer")
    refused = afs(*undo)
    assert (refused.status, refused.out) == (1, f"sample {one.pk}: a-admin rejected it just now (another reason)\n")
    assert "somebody changed 1 of its samples later" in refused.err
    said = afs(*undo, "--but-changed")
    assert "1 of 2 put back" in said.out
    assert "1  not put back: changed later" in said.out


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ((), 1, "say what to do"),
        (("reject",), 1, "nine reasons"),
        (("tag",), 1, "write the tag"),
        (("accept", "nonsense"), 1, "There is no sample “nonsense”"),
        (("assign", "--to", "nobody-of-that-name"), 1, "nobody-of-that-name"),
        (("--undo", "nonsense"), 1, "is no id"),
        (("--undo", "00000000-0000-0000-0000-000000000000"), 1, "There is no"),
        (("burn",), 2, "invalid choice"),
    ],
)
def test_what_makes_no_sense_is_a_sentence(
    afs: Afs, sample: Sample, words: tuple[str, ...], status: int, said: str
) -> None:
    ended = afs("sample", "bulk", *words)
    assert ended.status == status
    assert said in ended.err
    assert not BulkAction.objects.exists()


def test_names_and_filters_are_not_mixed(afs: Afs, sample: Sample) -> None:
    assert "not both" in afs("sample", "bulk", "accept", sample.pk, "--kind", "register").err


def test_it_needs_a_person(afs: Afs, sample: Sample) -> None:
    make_user(Role.TRAINER)
    assert "--as NAME" in afs("sample", "bulk", "accept", "--yes").err


def test_history_is_shown_and_taken_back(afs: Afs, reviewer: User, sample: Sample) -> None:
    decide(reviewer, version(sample), Decision.REJECT, revision=0, reason="off_task", seconds=2)
    archive(reviewer, Sample.objects.get(), revision=1)
    rejected, archived = Event.objects.order_by("pk")
    rows = afs("history", "--sample", sample.pk).out.splitlines()
    assert [int(row.split()[0]) for row in rows] == [archived.pk, rejected.pk]
    assert "a-reviewer  reject" in rows[1]
    assert "took 2.0 s" in rows[1]
    refused = afs("history", "undo", rejected.pk)
    assert refused.status == 1
    assert "a-reviewer archived it" in refused.err
    assert f"{archived.pk}  " in refused.out
    assert afs("history", "undo", archived.pk, rejected.pk).status == 0
    assert Sample.objects.get().state == "pending"
    assert "undone" in afs("history", "--verb", "reject").out
    assert afs("history", "--verb", "nothing").out == ""


def test_history_goes_on_where_it_ended(afs: Afs, reviewer: User, make_samples: MakeSamples) -> None:
    for sample in make_samples(3):
        decide(reviewer, version(sample), Decision.ACCEPT, revision=0)
    said = afs("history", "--limit", 2, "--who", "a-reviewer")
    last = int(said.out.splitlines()[-1].split()[0])
    assert f"--before {last}" in said.err
    assert len(afs("history", "--before", last).out.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--who", "nobody-of-that-name"), "nobody-of-that-name"),
        (("--batch", "nonsense"), "is no id"),
        (("--sample", "nonsense"), "There is no sample"),
        (("undo", "123456"), "123456"),
    ],
)
def test_history_refuses_what_makes_no_sense(afs: Afs, words: tuple[str, ...], said: str) -> None:
    ended = afs("history", *words)
    assert ended.status == 1
    assert said in ended.err


def test_a_dataset_is_exported_as_it_was(afs: Afs, reviewer: User, make_samples: MakeSamples, tmp_path: Path) -> None:
    one, two = make_samples(2)
    decide(reviewer, version(one), Decision.GOLDEN, revision=0)
    then = Event.objects.latest("pk").at
    decide(reviewer, version(two), Decision.ACCEPT, revision=0)
    file = tmp_path / "then.jsonl"
    said = afs("sample", "export", "--domain", "asm65816", "--as-of", then.isoformat(), "--output", file)
    assert "2 lines written" in said.out
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(line["sample"], line["state"], line["golden"]) for line in lines] == [
        (str(one.uuid), "accepted", True),
        (str(two.uuid), "pending", False),
    ]
    assert lines[0]["messages"] == version(one).chat()
    before = (one.created_at - timedelta(days=1)).isoformat()
    afs("sample", "export", "--domain", "asm65816", "--as-of", before, "--output", file)
    assert file.read_text() == ""


def test_a_moment_that_is_none_is_refused(afs: Afs) -> None:
    ended = afs("sample", "export", "--domain", "asm65816", "--as-of", "yesterday")
    assert ended.status == 2
    assert "yesterday is no moment" in ended.err
