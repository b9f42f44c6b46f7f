"""Editing: a new version that nobody has accepted, a difference to look at, and two who edit at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from afsweb.core.models import Event, Job, Role, User
from datasets_app.models import Decision, Review, Sample, SampleState, SampleVersion, Source, Text
from datasets_app.quality.verifying import context_of
from datasets_app.review.decisions import archive, decide
from datasets_app.review.edit import edit
from datasets_app.review.errors import EditConflict, NothingChanged, SampleArchived, SampleChanged
from datasets_app.samples.adding import NewSample, add_samples
from tests.review.making import edited, version

ClientAs = Callable[[Role | User], Client]
BETTER = Text("What is at $2100?", "", "INIDISP: brightness, and forced blank.")


@pytest.fixture
def client(client_as: ClientAs, reviewer: User) -> Client:
    return client_as(reviewer)


def now(sample: Sample) -> Sample:
    return Sample.objects.select_related("current").get(pk=sample.pk)


def save(client: Client, version: SampleVersion, **fields: Any) -> Any:
    texts = {name: getattr(version, name) for name in ("system", "instruction", "input", "output")}
    return client.post(reverse("save_sample_version", args=[version.uuid]), texts | fields)


def test_an_edit_makes_a_version_that_waits_for_review(reviewer: User, sample: Sample) -> None:
    decide(reviewer, version(sample), Decision.GOLDEN, revision=0)
    new = edit(reviewer, version(sample), BETTER)
    after = now(sample)
    assert (after.current, after.state, after.decided_by, after.is_golden) == (new, "pending", "", False)
    assert (new.number, new.parent, new.author, new.text()) == (2, version(sample), reviewer, BETTER)
    assert (new.sha256, new.normal_sha256) == (BETTER.sha256, BETTER.normal_sha256)
    assert after.leased_to == reviewer
    assert Review.objects.order_by("-pk")[0].decision == Decision.EDIT
    assert [event.verb for event in Event.objects.order_by("-pk")[:2]] == ["prefer", "edit"]


def test_an_edit_is_examined_anew(reviewer: User, sample: Sample) -> None:
    edit(reviewer, version(sample), BETTER)
    job = Job.objects.get(kind="datasets.examine_source")
    assert job.params["source_id"] == sample.source_id


def test_what_a_person_wrote_is_shown_to_other_tools_too(reviewer: User, sample: Sample) -> None:
    assert not context_of(version(sample)).thorough
    assert context_of(edit(reviewer, version(sample), BETTER)).thorough


def test_only_the_current_version_can_be_accepted_or_golden(reviewer: User, sample: Sample) -> None:
    edited(reviewer, version(sample), BETTER)
    with pytest.raises(SampleChanged, match="a-reviewer edited it"):
        decide(reviewer, version(sample), Decision.GOLDEN, revision=1)
    decide(reviewer, version(now(sample)), Decision.GOLDEN, revision=1)
    assert now(sample).is_golden


def test_saving_the_same_text_is_refused(reviewer: User, sample: Sample) -> None:
    with pytest.raises(NothingChanged):
        edit(reviewer, version(sample), version(sample).text())
    assert sample.versions.count() == 1


def test_an_archived_sample_is_not_edited(reviewer: User, sample: Sample) -> None:
    archive(reviewer, sample, revision=0)
    with pytest.raises(SampleArchived):
        edit(reviewer, version(sample), BETTER)


def test_the_second_of_two_editors_overwrites_nothing(reviewer: User, trainer: User, sample: Sample) -> None:
    edit(trainer, version(sample), BETTER)
    with pytest.raises(EditConflict, match="a-trainer edited it"):
        edit(reviewer, version(sample), Text("What is at $2100?", "", "The screen's brightness."))
    assert version(now(sample)).text() == BETTER


def test_pressing_save_twice_makes_one_version(reviewer: User, sample: Sample) -> None:
    assert edit(reviewer, version(sample), BETTER) == edit(reviewer, version(sample), BETTER)
    assert sample.versions.count() == 2


def test_the_form_saves_and_goes_back_to_the_sample(client: Client, sample: Sample) -> None:
    form = client.get(reverse("edit_sample_version", args=[version(sample).uuid]))
    assert f"{version(sample).output}</textarea>" in form.content.decode()
    response = save(client, version(sample), output="INIDISP.\r\nBrightness.")
    assert response["Location"] == f"/review/?sample={sample.uuid}"
    assert version(now(sample)).output == "INIDISP.\nBrightness."


@pytest.mark.parametrize(
    "fields, words",
    [
        ({}, "nothing to save"),
        ({"output": ""}, "This field is required."),
        ({"output": "a\0b"}, "Null characters are not allowed."),
        ({"output": "é" * 200_000}, "make two samples of it"),
    ],
)
def test_what_cannot_be_saved_is_said_and_the_text_stays(
    client: Client, sample: Sample, fields: dict[str, str], words: str
) -> None:
    response = save(client, version(sample), **fields)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert sample.versions.count() == 1


def test_a_conflict_shows_both_texts_and_loses_neither(client: Client, trainer: User, sample: Sample) -> None:
    theirs = edit(trainer, version(sample), BETTER)
    response = save(client, version(sample), output="It is the brightness register.")
    html = response.content.decode()
    assert response.status_code == 409
    assert "a-trainer edited it" in html
    assert "<ins>INIDISP" in html
    assert "It is the brightness register.</textarea>" in html
    assert reverse("save_sample_version", args=[theirs.uuid]) in html
    save(client, theirs, output="INIDISP is the brightness register.")
    assert version(now(sample)).output == "INIDISP is the brightness register."
    assert list(sample.versions.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_the_turns_of_a_conversation_are_edited_one_by_one(client: Client, reviewer: User, source: Source) -> None:
    said = [("user", "What is $2100?"), ("assistant", "INIDISP."), ("user", "And $2101?"), ("assistant", "OAMADDL.")]
    text = Text.of_chat([{"role": role, "content": content} for role, content in said])
    sample = add_samples(source, [NewSample(text)])[0]
    turns = {f"turn-{index}": content for index, (_, content) in enumerate(said)} | {"turn-3": "OBSEL."}
    client.post(reverse("save_sample_version", args=[version(sample).uuid]), turns)
    after = version(now(sample))
    assert [one["content"] for one in after.chat()] == ["What is $2100?", "INIDISP.", "And $2101?", "OBSEL."]
    assert (after.instruction, after.output) == ("What is $2100?", "OBSEL.")
    html = client.get(reverse("show_sample_version", args=[after.uuid])).content.decode()
    assert "<del>OAMADDL</del>" in html and "<ins>OBSEL</ins>" in html


def test_the_version_page_shows_what_changed_by_word(
    client_as: ClientAs,
    reviewer: User,
    sample: Sample,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    new = edit(reviewer, version(sample), Text(version(sample).instruction, "", "It is register number 2100."))
    client = client_as(Role.VIEWER)
    with django_assert_max_num_queries(7):
        html = client.get(reverse("show_sample_version", args=[new.uuid])).content.decode()
    assert "It is register number <del>0</del>." in html
    assert "It is register number <ins>2100</ins>." in html
    first = client.get(reverse("show_sample_version", args=[version(sample).uuid]))
    assert version(sample).output in first.content.decode()


def test_viewers_do_not_edit(client_as: ClientAs, sample: Sample) -> None:
    viewer = client_as(Role.VIEWER)
    assert viewer.get(reverse("edit_sample_version", args=[version(sample).uuid])).status_code == 403
    assert save(viewer, version(sample), output="x").status_code == 403
    assert now(sample).state == SampleState.PENDING


@pytest.mark.parametrize("url_name", ["show_sample_version", "edit_sample_version"])
def test_a_version_that_does_not_exist_is_not_found(client: Client, url_name: str) -> None:
    assert client.get(reverse(url_name, args=["11111111-1111-1111-1111-111111111111"])).status_code == 404
