"""`afs preference`: list, choose, take back, export."""

from __future__ import annotations

import json

import pytest

from afsweb.core.models import Role, User
from datasets_app.models import Decision, PreferencePair, Sample, Text
from datasets_app.review.decisions import decide
from datasets_app.samples.adding import NewSample, add_samples
from tests.commands.conftest import Afs
from tests.review.making import make_source, version

pytestmark = pytest.mark.django_db


@pytest.fixture
def two() -> list[Sample]:
    User.objects.create_user("ann", role=Role.REVIEWER)
    texts = [Text("What is at $2100?", "", answer) for answer in ("INIDISP.", "INIDISP, the brightness.")]
    return add_samples(make_source(), [NewSample(text) for text in texts])


def test_a_choice_is_listed_exported_and_taken_back(afs: Afs, two: list[Sample]) -> None:
    said = afs("preference", "choose", two[1].pk, two[0].pk).out
    pair = PreferencePair.objects.get()
    assert said == f"kept as {pair.uuid}\n"
    assert f"{pair.uuid}  choice  ann" in afs("preference", "list").out
    assert afs("preference", "export").out == ""
    decide(User.objects.get(), version(two[1]), Decision.ACCEPT, revision=0)
    assert json.loads(afs("preference", "export", "--plain").out)["rejected"] == "INIDISP."
    assert afs("preference", "take-back", pair.uuid).out == "taken back\n"
    assert afs("preference", "take-back", pair.uuid).out == "it was taken back before\n"
    assert afs("preference", "list").out == ""
    assert str(pair.uuid) in afs("preference", "list", "--state", "taken-back").out


def test_what_cannot_be_compared_is_said(afs: Afs, two: list[Sample]) -> None:
    (other,) = add_samples(two[0].source, [NewSample(Text("Another?", "", "Yes."))])
    said = afs("preference", "choose", other.pk, two[0].pk)
    assert (said.status, "answer different questions" in said.err) == (1, True)
    assert afs("preference", "choose", two[0].pk, two[0].pk).status == 1
    assert afs("preference", "choose", 999_999, two[0].pk).status == 1
    assert afs("preference", "take-back", "nothing").status == 1


def test_the_pair_that_is_named_is_taken_back_and_no_newer_one(afs: Afs, two: list[Sample]) -> None:
    (third,) = add_samples(two[0].source, [NewSample(Text("What is at $2100?", "", "The screen's register."))])
    afs("preference", "choose", two[1].pk, two[0].pk)
    afs("preference", "choose", two[1].pk, third.pk)
    older, newer = PreferencePair.objects.order_by("pk")
    assert afs("preference", "take-back", older.uuid).out == "taken back\n"
    assert list(PreferencePair.objects.filter(undone_at=None)) == [newer]
