"""The list of samples with its filters, and the page of one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Role, User
from datasets_app.models import Decider, Decision, Domain, Sample, SampleState, SampleVersion, Text
from datasets_app.review.decisions import decide
from datasets_app.review.edit import edit
from tests.datasets.conftest import ImportLines, line, run_queue
from tests.datasets.test_snapshot import build

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Any], Client]


@pytest.fixture
def client(client_as: ClientAs) -> Client:
    return client_as(Role.VIEWER)


def listed(client: Client, query: str = "") -> list[int]:
    response = client.get(reverse("list_samples") + query)
    assert response.status_code == 200
    return [sample.pk for sample in response.context["page"].rows]


def ids(samples: list[Sample], *places: int) -> list[int]:
    """The keys of these samples, newest first, as the list shows them."""
    return sorted((samples[place].pk for place in places), reverse=True)


def test_the_newest_come_first(client: Client, samples: list[Sample]) -> None:
    assert listed(client) == ids(samples, 0, 1, 2, 3, 4)


def test_filters(client: Client, samples: list[Sample], import_lines: ImportLines, reviewer: User) -> None:
    Sample.objects.filter(pk=samples[0].pk).update(state=SampleState.ACCEPTED, decided_by=Decider.GATE)
    assert samples[1].current is not None
    decide(reviewer, samples[1].current, Decision.GOLDEN, revision=0)
    Sample.objects.filter(pk=samples[2].pk).update(state=SampleState.ARCHIVED, kind="prose")
    import_lines([line(7, kind="prose")], of=Domain.objects.get(slug="text"))
    (other,) = Sample.objects.filter(domain__slug="text")
    assert listed(client, "?state=accepted") == ids(samples, 0, 1)
    assert listed(client, "?decided_by=gate") == ids(samples, 0)
    assert listed(client, "?decided_by=nobody&domain=asm65816") == ids(samples, 3, 4)
    assert listed(client, "?golden=yes") == ids(samples, 1)
    assert listed(client, "?golden=no&state=accepted") == ids(samples, 0)
    assert listed(client, "?state=archived") == ids(samples, 2)
    assert listed(client, "?kind=prose") == [other.pk]
    assert listed(client, f"?source={samples[0].source.uuid}") == ids(samples, 0, 1, 3, 4)


def test_what_passes_the_gate(client: Client, import_lines: ImportLines) -> None:
    import_lines([line(0), line(1, output="$2101 is VMAIN."), line(2)])
    run_queue()
    samples = list(Sample.objects.order_by("pk"))
    assert listed(client, "?passes=yes") == ids(samples, 0, 2)
    assert listed(client, "?passes=no") == ids(samples, 1)


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("INIDISP", [0]),
        ("inidisp", [0]),
        ("register number", [0, 1, 2, 3, 4]),
        ("register -INIDISP", [1, 2, 3, 4]),
        ('"number 3"', [3]),
        ("INIDISP or OBSEL", [0, 1]),
        ("$2104", [4]),
        ("nowhere", []),
        ("'; DROP TABLE", []),
        ("%ed%a0%80", []),
        ("-", []),
        ('"', []),
    ],
)
def test_search(client: Client, samples: list[Sample], words: str, places: list[int]) -> None:
    assert listed(client, f"?q={words}") == ids(samples, *places)


@pytest.mark.parametrize(
    "query",
    [
        "?state=nonsense",
        "?domain=nowhere",
        "?source=no-uuid",
        "?golden=perhaps",
        "?before=x",
        "?decided_by=",
        "?kind=",
        "?q=a%00b",
    ],
)
def test_what_makes_no_sense_counts_as_not_given(client: Client, samples: list[Sample], query: str) -> None:
    assert listed(client, query) == ids(samples, 0, 1, 2, 3, 4)


def test_older_ones_are_a_page_further(client: Client, import_lines: ImportLines) -> None:
    import_lines([line(number) for number in range(53)])
    first = client.get(reverse("list_samples") + "?state=pending")
    cursor = first.context["page"].next_cursor
    assert f"?state=pending&amp;before={cursor}" in first.content.decode()
    assert len(listed(client, f"?state=pending&before={cursor}")) == 3


def test_empty_lists_say_what_to_do(client: Client) -> None:
    assert "Open the sources" in client.get(reverse("list_samples")).content.decode()
    assert "No sample fits" in client.get(reverse("list_samples") + "?q=x").content.decode()


def test_the_page_shows_what_is_known(client: Client, import_lines: ImportLines, reviewer: User) -> None:
    wrong = line(0, output="$2100 is <b>VMAIN</b>.\n\n```asm\nLDA #$0F\nSTA $2100\n```")
    source = import_lines([wrong, line(1), line(2)])
    run_queue()
    sample = Sample.objects.order_by("pk")[0]
    assert sample.current is not None
    decide(reviewer, sample.current, Decision.REJECT, revision=0, reason="wrong_fact", note="It is INIDISP.")
    shown = re.sub(r"</?a\b[^>]*>", "", client.get(sample.get_absolute_url()).content.decode())
    for text in (
        "&lt;b&gt;VMAIN&lt;/b&gt;",
        '<span class="k">LDA</span>',
        "INIDISP",
        "does not pass the gate",
        "contradicted",
        "Nothing measures it yet.",
        "It is INIDISP.",
        "a fact is wrong",
        "cosine",
        source.name,
        "In no snapshot yet.",
        "by a-reviewer",
    ):
        assert text in shown, text


def test_the_page_says_where_it_is_used(client: Client, samples: list[Sample]) -> None:
    Sample.objects.update(state=SampleState.ACCEPTED)
    build("the snapshot", samples[0].source)
    assert "the snapshot</a>" in client.get(samples[0].get_absolute_url()).content.decode()


def test_the_page_leads_to_its_near_duplicates(client: Client, samples: list[Sample]) -> None:
    assert "near-duplicate" not in client.get(samples[0].get_absolute_url()).content.decode()
    Sample.objects.filter(pk__in=[sample.pk for sample in samples[:3]]).update(cluster=samples[0].pk)
    page = client.get(samples[0].get_absolute_url()).content.decode()
    address = f"{reverse('list_samples')}?cluster={samples[0].pk}"
    assert f'<a href="{address}">Open it with its 2 near-duplicates as a list</a>' in page
    assert listed(client, f"?cluster={samples[0].pk}") == [sample.pk for sample in samples[2::-1]]


def test_the_page_shows_every_version(client: Client, samples: list[Sample], reviewer: User) -> None:
    assert samples[0].current is not None
    edit(reviewer, samples[0].current, Text("Edited?", "", "Edited."))
    shown = client.get(samples[0].get_absolute_url()).content.decode()
    assert "Edited?" in shown and "Version 1" in shown and "Version 2" in shown


def test_conversations_are_shown_turn_by_turn(client: Client, import_lines: ImportLines) -> None:
    turns = [("user", "One?"), ("assistant", "Two."), ("user", "Three?"), ("assistant", "Four.")]
    import_lines([{"messages": [{"role": role, "content": content} for role, content in turns]}])
    shown = client.get(Sample.objects.get().get_absolute_url()).content.decode()
    assert all(content in shown for _, content in turns)


def test_before_it_is_examined_the_page_says_so(client: Client, samples: list[Sample]) -> None:
    shown = client.get(samples[0].get_absolute_url()).content.decode()
    assert "Not examined yet." in shown and "Not scored yet." in shown and "no vector" in shown


def test_archive_and_restore(client_as: ClientAs, samples: list[Sample]) -> None:
    client, sample = client_as(Role.REVIEWER), samples[0]
    assert "No snapshot holds it." in client.get(sample.get_absolute_url()).content.decode()
    client.post(reverse("archive_sample", args=[sample.uuid]))
    sample.refresh_from_db()
    assert sample.state == SampleState.ARCHIVED
    assert "Restore" in client.get(sample.get_absolute_url()).content.decode()
    client.post(reverse("restore_sample", args=[sample.uuid]))
    sample.refresh_from_db()
    assert (sample.state, sample.decided_by, sample.revision) == (SampleState.PENDING, "", 2)


def test_what_is_not_archived_is_not_restored(client_as: ClientAs, samples: list[Sample]) -> None:
    response = client_as(Role.REVIEWER).post(reverse("restore_sample", args=[samples[0].uuid]), follow=True)
    assert "It is not archived." in response.content.decode()


def test_viewers_do_not_archive(client: Client, samples: list[Sample]) -> None:
    assert "Archive" not in client.get(samples[0].get_absolute_url()).content.decode()
    assert client.post(reverse("archive_sample", args=[samples[0].uuid])).status_code == 403
    assert client.post(reverse("restore_sample", args=[samples[0].uuid])).status_code == 403


def test_a_sample_that_is_not_there(client: Client, samples: list[Sample]) -> None:
    assert client.get("/samples/00000000-0000-0000-0000-000000000000/").status_code == 404
    assert SampleVersion.objects.count() == 5


def test_pages_cost_few_queries(client: Client, import_lines: ImportLines, django_assert_max_num_queries: Any) -> None:
    import_lines([line(number) for number in range(30)])
    run_queue()
    with django_assert_max_num_queries(8):
        client.get(reverse("list_samples") + "?q=register&passes=yes")
    with django_assert_max_num_queries(16):
        client.get(Sample.objects.all()[0].get_absolute_url())
