"""Verifying a stored version again: its verdict and score are made anew, and the card comes back with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Role, User
from datasets_app.models import Domain, Sample, SampleVersion, Score, Verdict
from datasets_app.quality.again import NOT_MEASURED
from datasets_app.review.checking import LIMIT, check_again
from datasets_app.review.errors import NoVerifier, TooLongToVerify
from tests.review.making import make_score, version

ClientAs = Callable[[Role | User], Client]


@pytest.fixture
def wrong(sample: Sample) -> Sample:
    """A sample whose answer says what the table of registers does not."""
    SampleVersion.objects.update(instruction="What is $2100?", output="$2100 is VMAIN.")
    return Sample.objects.select_related("current", "domain").get()


def verify(client: Client, sample: Sample, **headers: str) -> Any:
    return client.post(reverse("verify_sample_version", args=[version(sample).uuid]), headers=headers)


def test_verdict_and_score_are_stored_anew(wrong: Sample) -> None:
    assert check_again(version(wrong))
    verdict, score = Verdict.objects.get(), Score.objects.get()
    assert verdict.contradicted == 1
    assert score.kg_consistency == 0 and "contradicted_fact" in score.vetoes
    assert (score.diversity, score.reasons["diversity"]) == (None, NOT_MEASURED)


def test_how_different_it_is_from_others_stays_as_it_was_measured(wrong: Sample) -> None:
    known = make_score(wrong, 0.9)
    known.diversity, known.reasons = 0.25, {"diversity": "The nearest is 7."}
    known.save()
    check_again(version(wrong))
    score = Score.objects.get()
    assert (score.diversity, score.reasons["diversity"]) == (0.25, "The nearest is 7.")
    assert score.overall != 0.9


def test_the_second_time_it_is_as_before_and_nothing_is_doubled(wrong: Sample) -> None:
    assert [check_again(version(wrong)), check_again(version(wrong))] == [True, False]
    assert (Verdict.objects.count(), Score.objects.count()) == (1, 1)


def test_the_script_gets_the_card_with_the_new_verdict(client_as: ClientAs, wrong: Sample) -> None:
    answer = verify(client_as(Role.REVIEWER), wrong, accept="application/json").json()
    assert answer["message"] == "Verified again: something has changed."
    assert answer["card"]["sample"] == str(wrong.uuid)
    assert "register contradicted" in answer["card"]["html"]


def test_the_form_comes_back_to_the_sample(client_as: ClientAs, wrong: Sample) -> None:
    response = verify(client_as(Role.REVIEWER), wrong, accept="text/html")
    assert response["Location"] == f"/review/?sample={wrong.uuid}"


def test_a_long_text_is_left_to_the_job(client_as: ClientAs, sample: Sample) -> None:
    SampleVersion.objects.update(output="x" * LIMIT)
    with pytest.raises(TooLongToVerify, match="16,000 are verified at once"):
        check_again(SampleVersion.objects.get())
    refused = verify(client_as(Role.REVIEWER), sample, accept="application/json")
    assert refused.status_code == 422 and "Examine its source again" in refused.json()["message"]
    assert not Verdict.objects.exists()


def test_a_domain_without_a_verifier_says_so(sample: Sample) -> None:
    Sample.objects.update(domain=Domain.objects.get(slug="text"))
    with pytest.raises(NoVerifier, match="people alone"):
        check_again(SampleVersion.objects.get())


def test_viewers_verify_nothing(client_as: ClientAs, wrong: Sample) -> None:
    assert verify(client_as(Role.VIEWER), wrong).status_code == 403
    assert not Verdict.objects.exists()
