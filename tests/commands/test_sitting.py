"""`afs review`: one sample after the other, with the page's keys, its leases and its locks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from afsweb.core.models import Event, User
from datasets_app.models import Decision, Review, Sample, SampleState
from datasets_app.review.claim import claim
from datasets_app.review.decisions import decide
from datasets_app.review.queue import Queue
from tests.commands.conftest import Afs
from tests.review.making import MakeSamples, make_score, make_source, version

pytestmark = pytest.mark.django_db


def states() -> list[str]:
    return list(Sample.objects.order_by("pk").values_list("state", flat=True))


def test_decisions_are_taken_one_after_the_other(afs: Afs, reviewer: User, make_samples: MakeSamples) -> None:
    make_samples(5)
    said = afs("review", typed="a\nx 1 see the manual\ns\ng fine\nf odd\n")
    assert said.status == 0
    assert states() == ["accepted", "rejected", "pending", "accepted", "pending"]
    reviews = list(Review.objects.order_by("pk").values_list("decision", "reason", "note"))
    assert reviews == [
        ("accept", "", ""),
        ("reject", "wrong_fact", "see the manual"),
        ("skip", "", ""),
        ("golden", "", "fine"),
        ("flag", "", "odd"),
    ]
    assert "Nothing waits in this queue. 2 are left that you skipped or flagged" in said.out
    assert "decisions: 5" in said.out
    assert set(Event.objects.values_list("source", "actor__username")) == {("cli", "a-reviewer")}
    assert all(seconds is not None for seconds in Review.objects.values_list("seconds", flat=True))


def test_a_card_shows_its_text_and_evidence(afs: Afs, reviewer: User, sample: Sample) -> None:
    make_score(sample, 0.4142)
    said = afs("review", typed="q\n").out
    assert f"Sample {sample.pk}: waits for review" in said
    assert "1  What is at $2100?" in said
    assert "Evidence: not examined yet" in said
    assert "0.41  Overall" in said
    assert Sample.objects.get().leased_to == reviewer


def test_the_most_uncertain_comes_first(afs: Afs, reviewer: User, make_samples: MakeSamples) -> None:
    sure, unsure = make_samples(2)
    make_score(sure, 0.99)
    make_score(unsure, 0.71)
    afs("review", typed="a\nq\n")
    assert states() == ["pending", "accepted"]


def test_a_rejection_without_a_reason_asks_for_it(afs: Afs, reviewer: User, sample: Sample) -> None:
    said = afs("review", typed="x\n4 twice\n").out
    assert "4 too much like another" in said
    assert Review.objects.values_list("reason", "note").get() == ("duplicate", "twice")


def test_what_means_nothing_decides_nothing(afs: Afs, reviewer: User, sample: Sample) -> None:
    said = afs("review", typed=f"accept\nx 12\nx ugly\n\na {'long' * 100}\nu\n").out
    assert "“accept” means nothing here" in said
    assert said.count("A rejection needs one of the nine reasons") == 2
    assert "a note has at most 300 characters" in said
    assert "no decision that could be undone" in said
    assert not Review.objects.exists()


def test_undo_shows_the_sample_again(afs: Afs, reviewer: User, make_samples: MakeSamples) -> None:
    first, _ = make_samples(2)
    said = afs("review", typed="a\nu\nx 1\nq\n").out
    assert said.count(f"Sample {first.pk}: waits for review") == 2
    assert states() == ["rejected", "pending"]
    assert Review.objects.filter(undone_at__isnull=False).count() == 1


def test_two_people_get_different_samples(afs: Afs, reviewer: User, trainer: User, make_samples: MakeSamples) -> None:
    theirs, mine = make_samples(2)
    assert list(claim(Queue(), trainer, 1)) == [theirs.pk]
    said = afs("review", "--as", "a-reviewer", typed="a\n").out
    assert states() == ["pending", "accepted"]
    assert "Nothing is left for you just now: 1 are open in front of other reviewers" in said
    assert Review.objects.get().sample == mine


def test_whoever_was_faster_is_named(
    afs: Afs, reviewer: User, trainer: User, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter(["a", "q"])

    def answer(_prompt: str) -> str:
        if not Review.objects.exists():
            decide(trainer, version(sample), Decision.ACCEPT, revision=0)
        return next(typed)

    monkeypatch.setattr("builtins.input", answer)
    said = afs("review", "--as", "a-reviewer").out
    assert "Not counted: a-trainer accepted it just now" in said
    assert Review.objects.get().reviewer == trainer


def test_the_queue_is_narrowed_as_on_the_page(afs: Afs, reviewer: User, make_samples: MakeSamples) -> None:
    make_samples(1)
    other = make_source()
    other.name = "others.jsonl"
    other.save()
    make_samples(1, of=other, kind="story")
    afs("review", "--source", "others.jsonl", "--kind", "story", "--domain", "asm65816", typed="a\n")
    assert states() == ["pending", "accepted"]
    assert "Nothing waits in this queue" in afs("review", "--domain", "cpp").out


def test_the_gates_decisions_and_my_skipped_ones_have_their_queues(
    afs: Afs, reviewer: User, make_samples: MakeSamples
) -> None:
    by_gate, skipped = make_samples(2)
    Sample.objects.filter(pk=by_gate.pk).update(state=SampleState.ACCEPTED, decided_by="gate")
    decide(reviewer, version(skipped), Decision.SKIP, revision=0)
    afs("review", "--show", "gate", typed="x 1\n")
    afs("review", "--show", "passed", typed="a\nq\n")
    assert states() == ["rejected", "accepted"]


def test_a_certain_sample_comes_first_whatever_its_state(afs: Afs, reviewer: User, make_samples: MakeSamples) -> None:
    _, decided = make_samples(2)
    decide(reviewer, version(decided), Decision.ACCEPT, revision=0)
    afs("review", "--sample", decided.pk, typed="x 9\nq\n")
    assert states() == ["pending", "rejected"]


def test_the_end_of_input_ends_it(afs: Afs, reviewer: User, sample: Sample) -> None:
    assert afs("review").status == 0
    assert afs("review", typed="x\n").status == 0
    assert not Review.objects.exists()


def test_an_edited_sample_is_shown_again_to_decide_on(
    afs: Afs, reviewer: User, sample: Sample, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "editor.py"
    script.write_text(
        "import sys, pathlib\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "path.write_text(path.read_text().replace('register number 0', 'INIDISP'))\n"
    )
    monkeypatch.setenv("VISUAL", f"{sys.executable} {script}")
    said = afs("review", typed="e\na\n").out
    assert "1  It is INIDISP." in said
    after = Sample.objects.select_related("current").get()
    assert (after.state, version(after).number, version(after).output) == ("accepted", 2, "It is INIDISP.")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--domain", "nowhere"), "There is no domain “nowhere”"),
        (("--source", "nothing"), "There is no source “nothing”"),
        (("--sample", "nonsense"), "There is no sample “nonsense”"),
        (("--as", "nobody"), "Nobody who may log in is named “nobody”"),
    ],
)
def test_a_wrong_name_is_a_sentence(afs: Afs, reviewer: User, words: Any, said: str) -> None:
    ended = afs("review", *words)
    assert (ended.status, said in ended.err) == (1, True)
