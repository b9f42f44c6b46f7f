"""`afs endpoint`: what answers, and what it costs from which day on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from afsweb.core.artifacts import store_artifact
from afsweb.core.models import ArtifactKind, Endpoint, Event, Provider
from tests.commands.conftest import Afs

pytestmark = pytest.mark.django_db
ADD = ("endpoint", "add", "ollama", "--provider", "openai_compatible", "--model", "m")
URL = ("--url", "http://127.0.0.1:11434/v1")


def test_an_endpoint_is_added(afs: Afs, db: None) -> None:
    said = afs(*ADD, *URL, "--requests-per-minute", 30, "--shuts-down-on", "2027-01-31")
    endpoint = Endpoint.objects.get()
    assert said.out == f"ollama: kept  {endpoint.get_absolute_url()}\n"
    assert (endpoint.provider, endpoint.base_url, endpoint.model) == (Provider.OPENAI_COMPATIBLE, URL[1], "m")
    assert (endpoint.requests_per_minute, endpoint.shuts_down_on) == (30, date(2027, 1, 31))
    assert (endpoint.is_active, endpoint.key) == (True, None)
    assert Event.objects.values_list("verb", "source").get() == ("save", "cli")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((), "An OpenAI-compatible server needs its address"),
        (("--url", "nonsense here"), "base url: Enter a valid URL"),
        ((*URL, "--requests-per-minute", "many"), "requests per minute: Enter a whole number"),
        ((*URL, "--shuts-down-on", "soon"), "shuts down on: Enter a valid date"),
        ((*URL, "--key", "nothing"), "There is no provider key “nothing”"),
    ],
)
def test_what_the_form_refuses_is_a_sentence(afs: Afs, db: None, more: tuple[str, ...], said: str) -> None:
    ended = afs(*ADD, *more)
    assert (ended.status, said in ended.err) == (1, True)
    assert not Endpoint.objects.exists()


def test_a_name_is_given_once(afs: Afs, gemini: Endpoint) -> None:
    said = afs("endpoint", "add", "gemini", "--provider", "gemini", "--model", "m")
    assert (said.status, "already exists" in said.err) == (1, True)


def test_a_key_of_another_provider_is_refused(afs: Afs, gemini: Endpoint) -> None:
    assert "Choose a key of the same provider" in afs(*ADD, *URL, "--key", "mine").err


def test_edit_changes_what_is_given_and_nothing_else(afs: Afs, gemini: Endpoint) -> None:
    assert afs("endpoint", "edit", "gemini", "--model", "newer", "--no-active", "--name", "flash").status == 0
    after = Endpoint.objects.get()
    assert (after.name, after.model, after.is_active) == ("flash", "newer", False)
    assert (after.base_url, after.key, after.provider) == (gemini.base_url, gemini.key, gemini.provider)


def test_an_empty_text_empties_a_field(afs: Afs, gemini: Endpoint) -> None:
    afs("endpoint", "edit", "gemini", "--requests-per-minute", "5")
    afs("endpoint", "edit", "gemini", "--key", "", "--requests-per-minute", "")
    after = Endpoint.objects.get()
    assert (after.key, after.requests_per_minute) == (None, None)


def test_a_price_counts_from_its_day_and_older_ones_stay(afs: Afs, gemini: Endpoint) -> None:
    price = ("endpoint", "price", "gemini", "--input", "1", "--output", "2.5", "--source", "its page")
    assert afs(*price, "--since", "2026-02-01", "--cached-input", "0.1").status == 0
    assert afs(*price).status == 0
    days = list(gemini.prices.order_by("since").values_list("since", "output_per_million"))
    assert days[:2] == [(date(2026, 1, 1), Decimal("2.5")), (date(2026, 2, 1), Decimal("2.5"))]
    assert len(days) == 3
    assert Event.objects.values_list("verb", "source").order_by("-pk")[0] == ("price", "cli")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--since", "yesterday", "--output", "2"), "since: Enter a valid date"),
        (("--since", "2026-01-01", "--output", "2"), "There is a price from this day on"),
        (("--output", "much"), "output per million: Enter a number"),
    ],
)
def test_a_wrong_price_is_a_sentence(afs: Afs, gemini: Endpoint, more: tuple[str, ...], said: str) -> None:
    ended = afs("endpoint", "price", "gemini", "--input", "1", "--source", "its page", *more)
    assert (ended.status, said in ended.err) == (1, True)
    assert gemini.prices.count() == 1


def test_list_and_show_say_prices_and_never_a_key(afs: Afs, gemini: Endpoint) -> None:
    listed, shown = afs("endpoint", "list").out, afs("endpoint", "show", "gemini").out
    assert "gemini" in listed and "$0.300000 in, $2.500000 out since 2026-01-01" in listed
    assert "in use, key mine (…7Qx4)" in shown
    assert "0 calls, 0.0000 US dollars, 0 never answered" in shown
    assert "AIza" not in listed + shown


def test_local_weights_have_nothing_to_edit(afs: Afs, db: None, tmp_path: Path) -> None:
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "model").write_text("weights")
    weights = store_artifact(ArtifactKind.BASE_MODEL, "base", tmp_path / "weights")
    Endpoint.objects.create(name="veran", provider=Provider.TRANSFORMERS, model="base", base_weights=weights)
    for words in (
        ("edit", "veran", "--model", "m"),
        ("price", "veran", "--input", "1", "--output", "1", "--source", "s"),
    ):
        said = afs("endpoint", *words)
        assert (said.status, "“veran” stands for weights on this machine" in said.err) == (1, True)


@pytest.mark.parametrize("words", [("show",), ("edit",), ("price", "--input", "1", "--output", "1", "--source", "s")])
def test_a_wrong_name_is_a_sentence(afs: Afs, db: None, words: tuple[str, ...]) -> None:
    said = afs("endpoint", words[0], "nothing", *words[1:])
    assert (said.status, "There is no endpoint “nothing”" in said.err) == (1, True)
