"""`afs sample`: the list with its filters, all about one, aside and back."""

from __future__ import annotations

from typing import Any

import pytest

from afsweb.core.models import Event, User
from datasets_app.models import Decision, Sample, SampleState, Text
from datasets_app.review.decisions import decide
from datasets_app.review.edit import edit
from datasets_app.samples.adding import NewSample, add_samples
from tests.commands.conftest import Afs
from tests.datasets.conftest import ImportLines, line, run_queue
from tests.datasets.test_evidence_filters import verdict
from tests.review.making import MakeSamples, make_score, version

pytestmark = pytest.mark.django_db


def listed(afs: Afs, *words: str) -> list[int]:
    """The numbers of the samples that the list shows."""
    return [int(row.split()[0]) for row in afs("sample", "list", *words).out.splitlines()]


def test_the_list_is_newest_first_and_goes_on_where_it_ended(afs: Afs, make_samples: MakeSamples) -> None:
    first, second, third = (sample.pk for sample in make_samples(3))
    assert listed(afs) == [third, second, first]
    said = afs("sample", "list", "--limit", "2")
    assert f"there are older ones: --before {second}" in said.err
    assert listed(afs, "--limit", "2", "--before", str(second)) == [first]


def test_the_list_shows_state_score_and_question(afs: Afs, sample: Sample) -> None:
    make_score(sample, 0.4142)
    row = afs("sample", "list").out
    assert "0.41 fails" in row
    assert "waits for review" in row
    assert "What is at $2100?" in row


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (["--state", "accepted"], [0]),
        (["--state", "archived"], [3]),
        (["--golden", "yes"], [0]),
        (["--golden", "no"], [1, 2]),
        (["--decided-by", "person"], [0]),
        (["--decided-by", "nobody"], [1, 2]),
        (["--passes", "no"], [1]),
        (["--text", "number 2"], [2]),
        (["--kind", "register"], [0, 1, 2]),
        (["--kind", "story"], []),
        (["--domain", "cpp"], []),
        (["--source", "registers.jsonl"], [0, 1, 2]),
        (["--reached", "5"], [2]),
        (["--below", "5"], [1]),
        (["--finding", "width_mismatch"], [1, 2]),
        (["--finding", "width_mismatch", "--reached", "5"], [2]),
        (["--finding", "nothing_known"], []),
        (["--topic", "ppu"], [0]),
        (["--tagged", "a"], [1, 2]),
        (["--tagged", "a", "--tagged", "b"], [2]),
        (["--assigned-to", "a-reviewer"], [2]),
        (["--assigned-to", "nobody"], [0, 1]),
        (["--disputed", "yes"], [1]),
        (["--score-min", "0.1", "--score-max", "0.3"], [1]),
        (["--score-min", "0.3"], []),
        (["--disagree"], []),
        (["--cluster", "1"], [0]),
    ],
)
def test_filters_are_those_of_the_page(
    afs: Afs, reviewer: User, make_samples: MakeSamples, words: list[str], kept: list[int]
) -> None:
    samples = make_samples(4)
    decide(reviewer, version(samples[0]), Decision.GOLDEN, revision=0)
    make_score(samples[1], 0.2)
    for sample, level in zip(samples[1:3], (2, 7), strict=True):
        verdict(version(sample), level, "width_mismatch").save()
    marks: list[dict[str, Any]] = [
        {"topic": "ppu", "cluster": 1},
        {"tags": ["a"], "is_disputed": True},
        {"tags": ["a", "b"], "assigned_to": reviewer},
        {"state": SampleState.ARCHIVED},
    ]
    for sample, changes in zip(samples, marks, strict=True):
        Sample.objects.filter(pk=sample.pk).update(**changes)
    assert listed(afs, *words) == [samples[index].pk for index in reversed(kept)]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("list", "--domain", "nowhere"), 1, "There is no domain “nowhere”"),
        (("list", "--source", "nothing"), 1, "There is no source “nothing”"),
        (("list", "--state", "odd"), 2, "invalid choice"),
        (("list", "--limit", "0"), 2, "no whole number"),
        (("list", "--assigned-to", "stranger"), 1, "There is no person “stranger”"),
        (("list", "--score-min", "7"), 2, "no number from 0 to 1"),
        (("search",), 1, "Say what to look for"),
        (("search", "--near", "12345"), 1, "There is no sample “12345”"),
        (("list", "--reached", "9"), 2, "9"),
        (("list", "--reached", "5", "--below", "7"), 2, "not allowed with"),
        (("show", "12345"), 1, "There is no sample “12345”"),
        (("show", "9" * 30), 1, "There is no sample"),
        (("show", "\udcff"), 1, "There is no sample"),
        (("version", "#12345"), 1, "There is no sample “#12345”"),
        (("archive", "nonsense"), 1, "There is no sample “nonsense”"),
    ],
)
def test_a_wrong_name_is_a_sentence(afs: Afs, words: tuple[str, ...], status: int, said: str) -> None:
    ended = afs("sample", *words)
    assert (ended.status, ended.out) == (status, "")
    assert said in ended.err


def test_search_finds_what_is_like_a_text_or_a_sample(afs: Afs, import_lines: ImportLines) -> None:
    import_lines([line(0), line(1), line(2, kind="story")])
    run_queue()
    first, second, third = Sample.objects.order_by("pk").values_list("pk", flat=True)
    said = afs("sample", "search", "Which register lies at", "$2101?")
    assert int(said.out.split()[0]) == second
    assert "3 among the best 1,000 by words and the best 1,000 by meaning; 1 found by both." in said.err
    said = afs("sample", "search", "--near", f"#{first}", "--kind", "story")
    assert [int(row.split()[0]) for row in said.out.splitlines()] == [third]
    said = afs("sample", "search", "--near", first, "--kind", "unheard-of")
    assert (said.status, said.out) == (1, "")


def test_a_sample_is_called_by_the_beginning_of_its_id(afs: Afs, sample: Sample) -> None:
    assert f"Sample {sample.pk}:" in afs("sample", "show", str(sample.uuid)[:8]).out
    assert afs("sample", "show", str(sample.uuid)[:7]).status == 1


def test_show_has_the_evidence_the_decisions_and_what_is_near(
    afs: Afs, reviewer: User, import_lines: ImportLines
) -> None:
    import_lines([line(0), line(1, output="$2102 is VMAIN.")])
    run_queue()
    sample = Sample.objects.select_related("current").order_by("-pk")[0]
    decide(reviewer, version(sample), Decision.REJECT, revision=sample.revision, reason="wrong_fact", note="look it up")
    said = afs("sample", "show", f"#{sample.pk}").out
    assert said == afs("sample", "show", sample.uuid).out
    assert f"Sample {sample.pk}: rejected by a person" in said
    assert "!   1  $2102 is VMAIN." in said
    assert "bad   register" in said
    assert "Scores under gate 2: does not pass" in said
    assert "Overall" in said
    assert "near " in said
    assert "reject by a-reviewer  a fact is wrong: look it up" in said


def test_an_unexamined_sample_says_so(afs: Afs, sample: Sample) -> None:
    said = afs("sample", "show", sample.pk).out
    assert "Evidence: not examined yet" in said
    assert "Scores: not scored yet" in said


def test_a_version_is_shown_with_what_its_edit_changed(afs: Afs, reviewer: User, sample: Sample) -> None:
    edit(reviewer, version(sample), Text("What is at $2100?", "", "It is INIDISP."))
    said = afs("sample", "version", sample.pk).out
    assert "version 2 by a-reviewer" in said
    assert "[+INIDISP+]" in said
    assert "It is register number 0." in afs("sample", "version", sample.pk, 1).out
    assert f"There is no version of sample {sample.pk} “3”" in afs("sample", "version", sample.pk, 3).err


def test_samples_go_aside_and_come_back(afs: Afs, make_samples: MakeSamples) -> None:
    one, two = make_samples(2)
    assert afs("sample", "archive", one.pk, two.uuid).status == 0
    assert set(Sample.objects.values_list("state", flat=True)) == {SampleState.ARCHIVED}
    assert afs("sample", "restore", one.pk).status == 0
    one.refresh_from_db()
    assert one.state == SampleState.PENDING
    assert list(Event.objects.order_by("pk").values_list("verb", "source")) == [
        ("archive", "cli"),
        ("archive", "cli"),
        ("restore", "cli"),
    ]


def test_what_is_not_archived_is_not_brought_back(afs: Afs, sample: Sample) -> None:
    said = afs("sample", "restore", sample.pk)
    assert (said.status, said.err) == (1, f"afs: Sample {sample.pk} is not archived: there is nothing to bring back.\n")


def test_a_wrong_name_among_several_changes_nothing(afs: Afs, sample: Sample) -> None:
    assert afs("sample", "archive", sample.pk, "nonsense").status == 1
    sample.refresh_from_db()
    assert sample.state == SampleState.PENDING


def test_a_text_cannot_command_the_terminal(afs: Afs, sample: Sample) -> None:
    bad = add_samples(sample.source, [NewSample(Text("Clear \x1b[2J\u202eit", "", "red \x1b[31m \x9b2J\r"))])[0]
    for said in (afs("sample", "list"), afs("sample", "show", bad.pk), afs("sample", "version", bad.pk)):
        assert "�[2J�it" in said.out
        assert not {"\x1b", "\x9b", "\r", "\u202e"} & set(said.out)


def test_the_evidence_is_said_in_words(afs: Afs, sample: Sample) -> None:
    found = verdict(version(sample), 7, byte_count=11, cycles=[19, None])
    table = [["", "the original", "this code"], ["A", "$0057", "$0056"]]
    about = {
        "level": "bad",
        "code": "other_effect",
        "message": "They part.",
        "hint": "Keep the SEC.",
        "line": 1,
        "rung": 8,
    }
    found.findings = [about | {"table": table}]
    found.save()
    said = afs("sample", "show", str(sample.pk)).out
    for words in (
        "bad   other effect: They part. (output, line 1)",
        "Keep the SEC.",
        "A | $0057 | $0056",
        "step 7 of 8: bytes and cycles measured, stopped at “executed”",
        "11 bytes, at least 19 cycles",
    ):
        assert words in said, words
