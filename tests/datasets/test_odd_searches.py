"""Whatever is typed into the search of samples, it is a sentence, an empty list or what was meant; never an error."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from afsweb.core.models import Role
from datasets_app.models import Sample, SampleVersion
from datasets_app.search import conditions
from datasets_app.search.conditions import full_text
from datasets_app.search.headlines import START, STOP
from tests.datasets.test_sample_pages import ClientAs

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script> \"'><img src=x onerror=alert(2)> carry"


@pytest.fixture
def client(client_as: ClientAs) -> Client:
    return client_as(Role.VIEWER)


@pytest.mark.parametrize("field", ["q", "like"])
@pytest.mark.parametrize(
    "text",
    [
        "a\x00b", "\ud83d", "\x01\x02", "-", '"', "'", "or", "(((", "a & | ! b", "<->", ":*", "a:*", "\\", "%", "_",
        "{{ 7|add:7 }}", "; DROP TABLE datasets_sample", "ﷺ", "😀", "\u202e", "x" * 300, "x" * 301, "x " * 500,
        "x" * 1001, "-" * 299, "a OR " * 50, "#", "#0", "#-1", "#999999999999999999999", "0" * 32,
        "- " * 140, "-\u2003-" * 90, '-"' * 150,
    ],
    ids=repr,
)  # fmt: skip
def test_odd_words_do_no_harm(client: Client, samples: list[Sample], field: str, text: str) -> None:
    assert client.get(reverse("list_samples"), {field: text.encode("utf-8", "surrogatepass")}).status_code == 200
    assert client.get(reverse("count_samples"), {field: text.encode("utf-8", "surrogatepass")}).status_code == 200


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="-\"aor |&!()<>:*\\'\u2003", max_size=300))
def test_no_signs_break_the_query(db: None, text: str) -> None:
    SampleVersion.objects.filter(search=full_text(text)).exists()


def test_nothing_of_a_search_or_a_text_is_markup(client: Client, samples: list[Sample]) -> None:
    SampleVersion.objects.filter(current_of=samples[0]).update(instruction=HOSTILE, output=HOSTILE)
    for query in ({"q": "carry"}, {"like": HOSTILE}, {"q": HOSTILE}, {"topic": HOSTILE[:40]}, {"tags": HOSTILE}):
        page = client.get(reverse("list_samples"), query).content.decode()
        assert "<script>alert" not in page
        assert "<img" not in page
    assert "<mark>carry</mark>" in client.get(reverse("list_samples"), {"q": "carry"}).content.decode()


def test_a_text_with_the_signs_of_a_hit_marks_at_most_itself(client: Client, samples: list[Sample]) -> None:
    text = f"carry {STOP}<b>{START}<i>{START}"
    SampleVersion.objects.filter(current_of=samples[0]).update(instruction=text, output=text)
    page = client.get(reverse("list_samples"), {"q": "carry"}).content.decode()
    assert "<b>" not in page.partition("<table")[2]
    assert "<i>" not in page


def test_hits_are_marked_where_they_are(client: Client, samples: list[Sample]) -> None:
    far = "start " * 200 + "needle " + "end " * 200
    SampleVersion.objects.filter(current_of=samples[0]).update(output=far)
    page = client.get(reverse("list_samples"), {"q": "needle"}).content.decode()
    assert "<mark>needle</mark>" in page
    (row,) = client.get(reverse("list_samples"), {"q": "needle"}).context["page"].rows
    assert len("".join(part for part, _ in row.answer_parts)) < 300


def test_without_words_nothing_is_marked(client: Client, samples: list[Sample]) -> None:
    assert "<mark>" not in client.get(reverse("list_samples"), {"state": "pending"}).content.decode()


def test_words_of_very_many_texts_are_found_as_well(
    client: Client, samples: list[Sample], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of few are looked up beforehand, those of many are not."""
    for few in (0, 2, conditions.FEW):
        monkeypatch.setattr(conditions, "FEW", few)
        for words, count in (("register", 5), ("INIDISP", 1), ("nowhere", 0)):
            assert len(client.get(reverse("list_samples"), {"q": words}).context["page"].rows) == count
