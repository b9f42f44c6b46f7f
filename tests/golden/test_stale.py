"""Goldens that somebody must look at again: edited, found wrong, or failing since; what makes them current."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from afsweb.core.models import Event, Notification, User
from datasets_app.domains.base import get_domain
from datasets_app.golden.approving import current
from datasets_app.golden.curating import NotGolden, confirm, renew, take_back
from datasets_app.golden.standing import Standing, reasons_of, standing_as, standing_of, with_reasons
from datasets_app.models import Decision, Domain, GateVersion, Golden, Sample, Score, Text, Verdict
from datasets_app.review.decisions import archive
from tests.golden.doing import is_golden, take
from tests.review.making import MakeSamples, edited, make_score, version

pytestmark = pytest.mark.django_db
CODE = get_domain("asm65816")


def stands(sample: Sample) -> list[Standing]:
    """The standings of all its approvals; what filters and what names them must agree."""
    found = []
    for golden in with_reasons(current(Golden.objects.filter(sample=sample))).order_by("pk"):
        said = [one for one in Standing if standing_as(Golden.objects.filter(pk=golden.pk), one).exists()]
        assert standing_of(golden) in said
        assert said in ([standing_of(golden)], [Standing.GOLDEN, Standing.STALE])
        found.append(standing_of(golden))
    return found


def why(sample: Sample) -> list[str]:
    (golden,) = with_reasons(current(Golden.objects.filter(sample=sample)))
    return reasons_of(golden)


def say(sample: Sample, level: str, *, verifier_version: str = CODE.verifier_version, later: bool = True) -> None:
    """A verifier finds something of this level, a minute after or before now."""
    at = timezone.now() + timedelta(minutes=1 if later else -1)
    finding = {"code": "register_contradicted", "level": level, "message": "No."}
    Verdict.objects.create(
        version=version(sample),
        verifier=CODE.slug,
        verifier_version=verifier_version,
        level=1,
        findings=[finding],
        created_at=at,
    )


@pytest.fixture
def golden(reviewer: User, sample: Sample) -> Sample:
    take(reviewer, sample, Decision.GOLDEN)
    return sample


def test_a_golden_is_not_stale_by_itself(golden: Sample) -> None:
    assert stands(golden) == [Standing.GOLDEN]


def test_an_edit_makes_it_stale_and_tells_who_approved(reviewer: User, other: User, golden: Sample) -> None:
    edited(other, version(golden), Text("What is $2100?", "", "INIDISP."))
    assert stands(golden) == [Standing.STALE]
    assert why(golden) == ["the text was edited since"]
    told = Notification.objects.get()
    assert (told.person, told.link) == (reviewer, golden.get_absolute_url())
    assert told.text.startswith(f"a-trainer edited sample {golden.pk}, which you had approved as golden")


def test_who_edits_the_own_golden_is_told_nothing(reviewer: User, golden: Sample) -> None:
    edited(reviewer, version(golden), Text("What is $2100?", "", "INIDISP."))
    assert not Notification.objects.exists()


def test_a_rejection_tells_both_who_approved(
    reviewer: User, other: User, admin_user: User, sample: Sample, two_persons: Domain
) -> None:
    take(reviewer, sample, Decision.GOLDEN)
    take(other, sample, Decision.GOLDEN)
    take(admin_user, sample, Decision.REJECT)
    assert set(Notification.objects.values_list("person", flat=True)) == {reviewer.pk, other.pk}
    assert stands(sample) == [Standing.OVER]


def test_approving_the_new_text_ends_it(reviewer: User, golden: Sample) -> None:
    edited(reviewer, version(golden), Text("What is $2100?", "", "INIDISP."))
    now = Sample.objects.select_related("current").get()
    renew(reviewer, now, now.revision)
    assert is_golden(golden)
    assert stands(golden) == [Standing.OVER, Standing.GOLDEN]


@pytest.mark.parametrize(
    "level, old, later, is_stale",
    [
        ("bad", False, True, True),
        ("warn", False, True, False),
        ("bad", True, True, False),
        ("bad", False, False, False),
    ],
)
def test_what_todays_verifier_finds_since_makes_it_stale(
    golden: Sample, level: str, old: bool, later: bool, is_stale: bool
) -> None:
    say(golden, level, later=later, verifier_version="0" if old else CODE.verifier_version)
    assert why(golden) == (["a verifier has found something wrong since"] if is_stale else [])
    assert stands(golden) == [Standing.STALE if is_stale else Standing.GOLDEN]


def test_a_gate_that_no_longer_passes_it_makes_it_stale(reviewer: User, sample: Sample) -> None:
    Score.objects.create(version=version(sample), gate=GateVersion.objects.get(is_current=True), passes=True)
    take(reviewer, sample, Decision.GOLDEN)
    assert why(sample) == []
    Score.objects.update(passes=False)
    assert why(sample) == ["the gate does not pass it any more"]


def test_what_failed_when_it_was_approved_is_not_stale_for_that(reviewer: User, sample: Sample) -> None:
    make_score(sample, 0.1)
    take(reviewer, sample, Decision.GOLDEN)
    assert stands(sample) == [Standing.GOLDEN]


def test_a_person_confirms_it_whatever_was_found(reviewer: User, other: User, golden: Sample) -> None:
    make_score(golden, 0.1)
    say(golden, "bad", later=True)
    Golden.objects.update(looked_at=timezone.now() - timedelta(hours=1))
    Verdict.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    assert len(why(golden)) == 2
    confirm(other, Sample.objects.get())
    assert stands(golden) == [Standing.GOLDEN]
    row = Golden.objects.get()
    assert (row.looked_by, row.first_by, row.passed) == (other, reviewer, False)
    assert Event.objects.get(verb="confirm golden").actor == other


def test_only_a_golden_text_is_confirmed(reviewer: User, sample: Sample, golden: Sample) -> None:
    take(reviewer, sample, Decision.UNGOLD)
    with pytest.raises(NotGolden):
        confirm(reviewer, Sample.objects.get())


def test_where_each_stands(reviewer: User, other: User, make_samples: MakeSamples, two_persons: Domain) -> None:
    waits, full, taken, gone = make_samples(4)
    for sample in (waits, full, taken, gone):
        take(reviewer, sample, Decision.GOLDEN)
    for sample in (full, taken, gone):
        take(other, sample, Decision.GOLDEN)
    now = Sample.objects.select_related("current").get(pk=taken.pk)
    take_back(other, now, now.revision)
    archive(reviewer, Sample.objects.get(pk=gone.pk), revision=2)
    expected = [Standing.WAITING, Standing.GOLDEN, Standing.OVER, Standing.OVER]
    assert [stands(sample)[0] for sample in (waits, full, taken, gone)] == expected
