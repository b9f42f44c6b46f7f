"""The page of history: who changed what, an action on many as one line, and undo from any line at any time."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from afsweb.core.history import record
from afsweb.core.models import Event, EventSource, Host, User
from datasets_app.bulk.drafting import Wish
from datasets_app.models import BulkVerb, Decision, Review, Sample, Text
from datasets_app.review.decisions import archive, decide
from datasets_app.review.edit import edit
from datasets_app.review.errors import ChangedSince, DecidedByGate, NotUndoable, NotYours
from datasets_app.review.undo import take_back, undo_last
from datasets_app.samples.restoring import restore
from tests.conftest import ClientAs
from tests.review.making import MakeSamples, version
from tests.review.test_bulk import run
from tests.review.test_bulk_undo import undone


@pytest.fixture
def client(client_as: ClientAs, reviewer: User) -> Client:
    return client_as(reviewer)


def rows(client: Client, **wanted: object) -> list[str]:
    """The text of each line that the page shows."""
    answer = client.get("/history/", {name: str(value) for name, value in wanted.items()})
    assert answer.status_code == 200
    body = answer.content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in body.split("</tr>") if row.strip()]


def line(verb: str, sample: Sample) -> Event:
    return Event.objects.filter(verb=verb, object_id=sample.pk, object_type="datasets.sample").latest("pk")


def fresh(sample: Sample) -> Sample:
    return Sample.objects.select_related("current").get(pk=sample.pk)


def test_a_line_says_who_what_and_how_long_it_took(client: Client, reviewer: User, sample: Sample) -> None:
    decide(reviewer, version(sample), Decision.REJECT, revision=0, reason="off_task", seconds=3.25)
    (row,) = rows(client)
    assert row.startswith(f"Sample {sample.pk} sample reject state pending → rejected, decided by nobody → person")
    assert "does not answer the task a-reviewer web page" in row
    assert "3.2 s" in row
    assert "Undo" in row


def test_an_action_on_many_is_one_line_that_leads_to_its_samples(
    client: Client, reviewer: User, make_samples: MakeSamples
) -> None:
    make_samples(3)
    action = run(Wish(BulkVerb.TAG, tag="hard"), reviewer)
    (row,) = rows(client)
    assert "Tag 3 samples “hard”" in row
    parts = rows(client, batch=action.uuid)
    assert len([part for part in parts if "tags none → hard" in part]) == 3
    undone(action, reviewer)
    assert ["undo" in row for row in rows(client)] == [True, False]


def test_a_sample_shows_all_its_lines(client: Client, reviewer: User, make_samples: MakeSamples) -> None:
    sample, _ = make_samples(2)
    run(Wish(BulkVerb.ACCEPT), reviewer)
    for called in (sample.pk, f"#{sample.pk}", sample.uuid):
        (row,) = rows(client, sample=called)
        assert "accept" in row
    assert rows(client, sample="no such") == []


def test_filters_narrow_the_list(client: Client, reviewer: User, admin_user: User, make_samples: MakeSamples) -> None:
    one, two = make_samples(2)
    decide(reviewer, version(one), Decision.ACCEPT, revision=0)
    decide(admin_user, version(two), Decision.REJECT, revision=0, reason="other", source=EventSource.CLI)
    first, second = Event.objects.order_by("pk")
    for wanted, shown in (
        ({"who": "a-admin"}, [two]),
        ({"verb": "accept"}, [one]),
        ({"source": "cli"}, [two]),
        ({"about": "datasets.source"}, []),
        ({"since": second.at.isoformat()}, [two]),
        ({"until": first.at.isoformat()}, [one]),
        ({"who": "nonsense"}, [two, one]),
    ):
        assert [row.split()[1] for row in rows(client, **wanted)] == [str(sample.pk) for sample in shown], wanted


def test_reviewers_see_data_and_trainers_everything(client: Client, client_as: ClientAs, trainer: User) -> None:
    record("drain", Host.objects.create(name="a machine"), actor=None, source=EventSource.CLI)
    assert rows(client) == []
    (row,) = rows(client_as(trainer))
    assert "a machine" in row


def test_viewers_are_sent_away(client_as: ClientAs, viewer: User) -> None:
    assert client_as(viewer).get("/history/").status_code == 403


@pytest.mark.parametrize("verb", ["archive", "restore", "accept", "golden", "edit", "skip"])
def test_any_change_is_undone_from_its_line(client: Client, reviewer: User, sample: Sample, verb: str) -> None:
    if verb == "restore":
        archive(reviewer, sample, revision=0)
    now = fresh(sample)
    before = now.standing()
    if verb in ("archive", "restore"):
        archive(reviewer, now, revision=0) if verb == "archive" else restore(reviewer, now)
    elif verb == "edit":
        edit(reviewer, version(now), Text("Another question?", "", "Another answer."))
    else:
        decide(reviewer, version(now), Decision(verb), revision=0)
    answer = client.post(f"/history/{line(verb, sample).pk}/undo/", {"next": "/history/?verb=x"})
    assert answer["Location"] == "/history/?verb=x"
    assert fresh(sample).standing() == before
    assert line(f"un{verb}" if verb == "skip" else "undo", sample).undoes == line(verb, sample)
    assert not Review.objects.filter(undone_at__isnull=True).exists()
    assert "undone" in rows(client, verb=verb)[0]


def test_undo_is_refused_with_what_must_go_first_and_a_button_for_each(
    client_as: ClientAs, reviewer: User, admin_user: User, sample: Sample
) -> None:
    decide(reviewer, version(sample), Decision.ACCEPT, revision=0)
    decide(admin_user, version(sample), Decision.GOLDEN, revision=1)
    archive(reviewer, fresh(sample), revision=2)
    client = client_as(admin_user)
    answer = client.post(f"/history/{line('accept', sample).pk}/undo/")
    assert answer.status_code == 409
    said = answer.content.decode()
    later = [line("archive", sample).pk, line("golden", sample).pk]
    assert [int(pk) for pk in re.findall(r"/history/(\d+)/undo/", said)] == later
    for pk in [*later, line("accept", sample).pk]:
        assert client.post(f"/history/{pk}/undo/").status_code == 302
    assert fresh(sample).state == "pending"


def test_what_is_undone_is_no_later_change(reviewer: User, sample: Sample) -> None:
    decide(reviewer, version(sample), Decision.ACCEPT, revision=0)
    decide(reviewer, version(sample), Decision.REJECT, revision=1, reason="other")
    with pytest.raises(ChangedSince) as refused:
        take_back(reviewer, line("accept", sample))
    assert refused.value.later == [line("reject", sample)]
    undo_last(reviewer)
    take_back(reviewer, line("accept", sample))
    assert fresh(sample).state == "pending"


def test_a_change_of_another_sort_is_no_later_change(reviewer: User, sample: Sample) -> None:
    run(Wish(BulkVerb.TAG, tag="x"), reviewer)
    decide(reviewer, version(sample), Decision.ACCEPT, revision=1)
    take_back(reviewer, line("tag", sample))
    assert (fresh(sample).tags, fresh(sample).state) == ([], "accepted")


def test_taken_back_twice_it_is_taken_back_once(reviewer: User, sample: Sample) -> None:
    archive(reviewer, sample, revision=0)
    for _ in range(2):
        take_back(reviewer, line("archive", sample))
    assert Event.objects.filter(verb="undo").count() == 1


def test_a_line_of_version_0_1_finds_its_decision(reviewer: User, sample: Sample) -> None:
    review = Review.objects.create(
        sample=sample, version=version(sample), reviewer=reviewer, decision="accept", before=sample.standing()
    )
    sample.change(0, state="accepted", decided_by="person")
    old = record("accept", sample, actor=reviewer, source=EventSource.UI, before=review.before, after=review.left())
    take_back(reviewer, old)
    review.refresh_from_db()
    assert review.undone_at is not None
    assert fresh(sample).state == "pending"


def test_what_is_no_change_of_a_sample_is_not_undone(client: Client, reviewer: User, sample: Sample) -> None:
    about = {"actor": reviewer, "source": EventSource.UI}
    other = record("rename", sample.source, before={"name": "a"}, after={"name": "b"}, **about)  # type: ignore[arg-type]
    with pytest.raises(NotUndoable):
        take_back(reviewer, other)
    archive(reviewer, sample, revision=0)
    take_back(reviewer, line("archive", sample))
    with pytest.raises(NotUndoable):
        take_back(reviewer, line("undo", sample))


def test_only_its_person_or_an_admin_takes_a_change_back(
    client_as: ClientAs, reviewer: User, trainer: User, admin_user: User, sample: Sample
) -> None:
    archive(reviewer, sample, revision=0)
    with pytest.raises(NotYours, match="a-reviewer"):
        take_back(trainer, line("archive", sample))
    assert f"/history/{line('archive', sample).pk}/undo/" not in client_as(trainer).get("/history/").content.decode()
    take_back(admin_user, line("archive", sample))
    assert fresh(sample).state == "pending"


def test_the_gates_line_is_not_taken_back(admin_user: User, sample: Sample) -> None:
    about: dict[str, Any] = {"before": sample.standing(), "after": sample.standing() | {"state": "accepted"}}
    gates = record("accept", sample, actor=None, source=EventSource.GATE, **about)
    with pytest.raises(DecidedByGate):
        take_back(admin_user, gates)


def test_the_page_costs_the_same_for_few_and_for_many_lines(
    client: Client, reviewer: User, make_samples: MakeSamples, django_assert_max_num_queries: Any
) -> None:
    for count in (1, 30):
        for sample in make_samples(count):
            decide(reviewer, version(sample), Decision.ACCEPT, revision=0)
        run(Wish(BulkVerb.TAG, tag=str(count)), reviewer)
        with django_assert_max_num_queries(8):
            client.get("/history/")


def test_the_list_goes_on_below_its_last_line(client: Client, reviewer: User, make_samples: MakeSamples) -> None:
    for sample in make_samples(60):
        decide(reviewer, version(sample), Decision.ACCEPT, revision=0)
    answer = client.get("/history/")
    older = re.search(r'href="\?(before=\d+)"', answer.content.decode())
    assert older is not None
    assert len(rows(client)) == 50
    assert client.get(f"/history/?{older[1]}").content.decode().count("</tr>") == 11
