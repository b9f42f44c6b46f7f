"""A dataset as of any moment: told from history, it is what a copy taken then says."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta

import pytest
from django.db import connection

from afsweb.core.models import Role, User
from datasets_app.bulk import drafting
from datasets_app.bulk.drafting import Wish, draft
from datasets_app.bulk.running import confirm, start_undo
from datasets_app.exchange.sources import archive_source, restore_source, undo_source
from datasets_app.history.moment import Then, counts_at, lines_at, samples_at
from datasets_app.models import BulkAction, BulkVerb, Decision, Domain, Sample, Source, Text
from datasets_app.quality.gate import let_gate_decide
from datasets_app.review.decisions import archive, decide
from datasets_app.review.edit import edit
from datasets_app.review.undo import undo_last
from datasets_app.samples.restoring import restore
from tests.conftest import ClientAs
from tests.datasets.conftest import run_job
from tests.review.conftest import make_samples, source
from tests.review.making import MakeSamples, make_samples_of, make_score, make_source, version

__all__ = ["make_samples", "source"]


def this_moment() -> datetime:
    """The database's clock now, not when the transaction of the test began."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment


def copy(domain: Domain) -> list[Then]:
    """What the tables say now."""
    rows = Sample.objects.filter(domain=domain).order_by("pk")
    return [Then(*row) for row in rows.values_list("pk", "current", "state", "is_golden")]


def some(dice: random.Random) -> Sample:
    return dice.choice(list(Sample.objects.select_related("current", "source")))


def happen(dice: random.Random, user: User) -> None:
    """One random thing of all that changes samples."""
    sample, what = some(dice), dice.randrange(9)
    if what == 0:
        make_samples_of(sample.source, 2, kind=f"{dice.random()}")
    elif what == 1 and sample.state != "archived":
        edit(user, version(sample), Text(f"Question {dice.random()}?", "", "An answer."))
    elif what == 2 and sample.state != "archived":
        decision = dice.choice([Decision.ACCEPT, Decision.GOLDEN, Decision.REJECT, Decision.SKIP, Decision.FLAG])
        reason = "other" if decision == Decision.REJECT else ""
        decide(user, version(sample), decision, revision=sample.revision, reason=reason)
    elif what == 3:
        archive(user, sample, revision=sample.revision)
    elif what == 4:
        restore(user, sample)
    elif what == 5:
        many(dice, user)
    elif what == 6:
        dice.choice([archive_source, restore_source])(sample.source, by=user)
    elif what == 7:
        run_job(let_gate_decide(sample.source, by=user, reject=True))
    else:
        take_back(dice, user)


def many(dice: random.Random, user: User) -> None:
    verb = dice.choice([BulkVerb.ACCEPT, BulkVerb.GOLDEN, BulkVerb.UNGOLDEN, BulkVerb.TAG, BulkVerb.ARCHIVE])
    action = draft(Wish(verb, {"state": dice.choice(["pending", "accepted", "rejected"])}, tag="x"), by=user)
    if action.previewed:
        confirm(action, user)
        assert action.job is not None
        run_job(action.job)


def take_back(dice: random.Random, user: User) -> None:
    action = BulkAction.objects.filter(undo_job=None, done__gt=0).order_by("-pk").first()
    if action is not None and dice.random() < 0.5:
        run_job(start_undo(action, user, exact=False))
        return
    newest = user.reviews.filter(undone_at=None, bulk=None).order_by("-pk").first()
    if newest is not None and (newest.decision in ("skip", "flag") or newest.left() == newest.sample.standing()):
        try:
            undo_last(user)
        except Exception as error:  # noqa: BLE001 (a later change stands in the way: then nothing happens)
            assert "Not undone" in str(error)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(4))
def test_several_moments_of_a_random_history_are_told_again(
    domain: Domain, reviewer: User, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafting, "PART", 3)
    dice, copies = random.Random(seed), list[tuple[datetime, list[Then]]]()
    for place in range(2):
        for sample in make_samples_of(make_source(), 6, kind=f"of {place}"):
            make_score(sample, dice.random())
    for _ in range(25):
        copies.append((this_moment(), copy(domain)))
        happen(dice, reviewer)
    copies.append((this_moment(), copy(domain)))
    assert len({repr(copied) for _, copied in copies}) > 8
    for moment, copied in copies:
        assert list(samples_at(domain, moment)) == copied


def test_before_the_first_sample_there_is_nothing(domain: Domain, make_samples: MakeSamples) -> None:
    moment = this_moment()
    make_samples(2)
    assert list(samples_at(domain, moment - timedelta(seconds=1))) == []


def test_another_domains_samples_are_not_among_them(make_samples: MakeSamples) -> None:
    make_samples(1)
    assert list(samples_at(Domain.objects.get(slug="cpp"), this_moment())) == []


def test_a_moment_is_exported_with_the_texts_of_then_byte_for_byte(
    domain: Domain, reviewer: User, make_samples: MakeSamples
) -> None:
    one, two = make_samples(2)
    decide(reviewer, version(two), Decision.GOLDEN, revision=0)
    moment = this_moment()
    then = b"".join(lines_at(domain, moment))
    edit(reviewer, version(one), Text("Another question?", "", "Another answer."))
    undo_last(reviewer)
    decide(reviewer, version(two), Decision.REJECT, revision=1, reason="other")
    assert b"".join(lines_at(domain, moment)) == then
    told = [json.loads(line) for line in then.splitlines()]
    assert [(line["version"], line["state"], line["golden"]) for line in told] == [
        (1, "pending", False),
        (1, "accepted", True),
    ]
    assert told[0]["messages"] == version(one).chat()
    assert len(list(lines_at(domain, moment, "accepted"))) == 1


def test_what_was_deleted_since_is_counted(domain: Domain, reviewer: User, source: Source) -> None:
    make_samples_of(source, 3)
    moment = this_moment()
    undo_source(source, by=reviewer)
    counts = counts_at(domain, moment)
    assert (counts.states, counts.deleted) == ({}, 3)


def test_the_page_counts_and_exports(
    client_as: ClientAs, domain: Domain, reviewer: User, make_samples: MakeSamples
) -> None:
    one, _ = make_samples(2)
    decide(reviewer, version(one), Decision.GOLDEN, revision=0)
    moment, client = this_moment().isoformat(), client_as(Role.VIEWER)
    archive(reviewer, Sample.objects.get(pk=one.pk), revision=1)
    said = client.get("/history/moment/", {"domain": "asm65816", "at": moment})
    assert said.context["counts"].states == {"accepted": 1, "pending": 1}
    assert said.context["counts"].golden == 1
    answer = client.get("/history/moment/export/", {"domain": "asm65816", "at": moment, "state": "accepted"})
    assert json.loads(b"".join(answer.streaming_content))["sample"] == str(one.uuid)  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith('attachment; filename="asm65816-')


@pytest.mark.parametrize("wrong", [{}, {"domain": "asm65816", "at": "soon"}, {"domain": "nowhere", "at": "2026-01-01"}])
def test_a_moment_that_is_none_is_asked_for_again(client_as: ClientAs, db: None, wrong: dict[str, str]) -> None:
    client = client_as(Role.VIEWER)
    assert "counts" not in client.get("/history/moment/", wrong).context
    assert client.get("/history/moment/export/", wrong).status_code == 400
