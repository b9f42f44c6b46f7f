"""`afs golden`, `afs flag` and `afs comment`: what reviewers leave to each other."""

from __future__ import annotations

from uuid import uuid4

import pytest

from afsweb.core.models import Role, User
from datasets_app.models import Comment, Decision, Domain, Sample
from datasets_app.review.decisions import decide
from tests.commands.conftest import Afs
from tests.review.making import version

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    return User.objects.create_user("ann", role=Role.REVIEWER)


def test_gold_is_approved_by_two_listed_and_taken_back(afs: Afs, ann: User, sample: Sample) -> None:
    Domain.objects.filter(pk=sample.domain_id).update(golden_approvals=2)
    assert afs("golden", "approve", sample.pk).out == "approved; a second person must follow\n"
    assert "waits for a second person" in afs("golden", "list").out
    User.objects.create_user("ben", role=Role.REVIEWER)
    assert "you have approved it as golden already" in afs("golden", "approve", sample.pk, "--as", "ann").err
    assert afs("golden", "approve", sample.pk, "--as", "ben").out == "approved: it is golden\n"
    assert "ann and ben" in afs("golden", "list", "--standing", "golden", "--as", "ann").out
    assert afs("golden", "take-back", sample.pk, "--as", "ben").status == 0
    assert not Sample.objects.get().is_golden
    assert afs("golden", "renew", sample.pk, "--as", "ann").status == 0


def test_a_flag_is_listed_until_it_is_resolved_with_a_word(afs: Afs, ann: User, sample: Sample) -> None:
    decide(ann, version(sample), Decision.FLAG, revision=0, note="is that so?")
    assert "ann: is that so?" in afs("flag", "list").out
    assert afs("flag", "resolve", sample.pk, " ").status == 2
    assert afs("flag", "resolve", sample.pk, "it is").out == "resolved\n"
    assert afs("flag", "list").out == ""
    assert "not open any more" in afs("flag", "resolve", sample.pk, "it is").err


def test_comments_are_written_answered_and_settled(afs: Afs, ann: User, sample: Sample) -> None:
    said = afs("comment", "add", sample.pk, "Which bits?", "--field", "output", "--line", 1).out
    other = afs("comment", "add", sample.pk, "A later one.").out.strip()
    one = Comment.objects.get(uuid=said.strip())
    assert afs("comment", "answer", one.uuid, "The low four.").out == "answered\n"
    assert afs("comment", "resolve", one.uuid).out == "resolved\n"
    assert afs("comment", "resolve", one.uuid).out == "it stood so already\n"
    shown = afs("comment", "list", sample.pk).out
    assert shown.index(other) < shown.index(str(one.uuid))
    assert "ann on output, line 1, resolved" in shown
    assert "ann: The low four." in shown
    assert afs("comment", "reopen", one.uuid).out == "open again\n"


def test_what_is_not_there_is_said(afs: Afs, ann: User, sample: Sample) -> None:
    assert "line 9" in afs("comment", "add", sample.pk, "Here.", "--field", "output", "--line", 9).err
    assert afs("comment", "answer", uuid4(), "What?").status == 1
    assert afs("comment", "resolve", "nothing").status == 1
    assert afs("golden", "approve", 999_999).status == 1
