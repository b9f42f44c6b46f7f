"""Checking a text while it is edited: the verifier's word on what stands in the form, and nothing is saved."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Event, Role, User
from datasets_app.models import Domain, Sample, SampleVersion, Text, Verdict
from datasets_app.review.checking import LIMIT, check
from datasets_app.review.errors import NoVerifier, TooLongToCheck
from tests.review.making import version

WRONG = "It is VMAIN:\n\n```asm\nMain:\n  LDA #$0F\n  STA $2100\n  RTS\n```\nSo $2100 is VMAIN."
HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(client: Client, reviewer: User) -> Client:
    client.force_login(reviewer)
    return client


def ask(client: Client, sample: Sample, output: str, **headers: str) -> Any:
    url = reverse("check_sample_version", args=[version(sample).uuid])
    fields = {"system": "", "instruction": "What is at $2100?", "input": "", "output": output}
    return client.post(url, fields, headers=headers)


def test_it_says_what_is_wrong(client: Client, sample: Sample) -> None:
    page = ask(client, sample, WRONG, **HTMX).content.decode()
    assert "as it stands here, not saved" in page and "is wrong." in page and "output, line 9" in page
    assert "bytes" in page and "of 8</b>" in page
    assert "<html" not in page and "<textarea" not in page


def test_it_shows_the_text_highlighted_and_what_changed(client: Client, sample: Sample) -> None:
    answer = ask(client, sample, WRONG, **HTMX)
    page = answer.content.decode()
    assert "As it was saved" in page and "<ins>" in page
    assert any(block.is_code for part in answer.context["parts"] for block in part.blocks)
    assert [line.level for part in answer.context["parts"] for b in part.blocks for line in b.lines if line.level]


def test_a_text_that_cannot_be_checked_is_shown_all_the_same(client: Client, sample: Sample) -> None:
    page = ask(client, sample, "x" * LIMIT, **HTMX)
    assert "As it stands here" in page.content.decode()


def test_it_works_without_scripts_and_keeps_what_was_typed(client: Client, sample: Sample) -> None:
    page = ask(client, sample, WRONG).content.decode()
    assert "<html" in page and "STA $2100\n  RTS" in page and "is wrong." in page


def test_nothing_is_saved(client: Client, sample: Sample) -> None:
    ask(client, sample, WRONG)
    assert (SampleVersion.objects.count(), Verdict.objects.count(), Event.objects.count()) == (1, 0, 0)


def test_the_check_knows_what_the_sample_answers(client: Client, sample: Sample) -> None:
    assert "is right." in ask(client, sample, "INIDISP.", **HTMX).content.decode()


def test_a_text_that_is_no_sample_is_refused(client: Client, sample: Sample) -> None:
    refused = ask(client, sample, "", **HTMX)
    assert refused.status_code == 422 and "This field is required." in refused.content.decode()


def test_a_long_text_is_left_to_the_job(client: Client, sample: Sample) -> None:
    with pytest.raises(TooLongToCheck, match="16,000 can be checked while you wait"):
        check(version(sample), Text("What?", "", "x" * LIMIT))
    refused = ask(client, sample, "x" * LIMIT, **HTMX)
    assert refused.status_code == 422 and "Save it, and a job checks it." in refused.content.decode()


def test_a_domain_without_a_verifier_says_so(client: Client, sample: Sample) -> None:
    Sample.objects.update(domain=Domain.objects.get(slug="text"))
    with pytest.raises(NoVerifier, match="people alone"):
        check(SampleVersion.objects.get(), Text("What?", "", "That."))
    assert ask(client, sample, "That.", **HTMX).status_code == 422
    page = client.get(reverse("edit_sample_version", args=[version(sample).uuid])).content.decode()
    assert "check/" not in page


def test_viewers_check_nothing(client: Client, client_as: Any, sample: Sample) -> None:
    assert ask(client_as(Role.VIEWER), sample, WRONG).status_code == 403


def test_hostile_text_stays_text(client: Client, sample: Sample) -> None:
    page = ask(client, sample, "$2100 is “<script>alert(1)</script>” VMAIN.\n```asm\n<img src=x>\n```", **HTMX)
    assert "<script>alert" not in page.content.decode() and "<img" not in page.content.decode()


@pytest.mark.parametrize(
    "output",
    [
        "```asm\n" + "  LDA $2100,X : STA.l $7E2000,X\n" * 450 + "```",
        "```asm\n" + "!a = 1\nwhile !a\nendif\n" * 400 + "```",
        "```asm\nmacro m(x)\n  db <x>\nendmacro\n" + "%m(1)\n" * 1800 + "```",
        "$2100 is INIDISP, not VMAIN; `LDA #$10` takes 2 cycles. " * 250,
    ],
    ids=["code", "loops", "macros", "claims"],
)
def test_the_longest_text_is_checked_while_one_waits(sample: Sample, output: str) -> None:
    started = time.process_time()
    check(version(sample), Text("What?", "", output))
    assert time.process_time() - started < 1.5  # half a second on an idle machine
