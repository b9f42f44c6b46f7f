"""Pairs on their way out and in: what is exported can be imported again, and is the same pairs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from afsweb.core.models import User
from datasets_app.models import Decision, PreferencePair, Sample, Source, Text
from datasets_app.preferences.exporting import pair_lines
from datasets_app.preferences.pairs import choose
from datasets_app.review.decisions import decide
from datasets_app.samples.adding import NewSample, add_samples
from tests.datasets.conftest import domain, folders, import_bytes
from tests.preferences.conftest import QUESTION
from tests.review.making import version

__all__ = ["domain", "folders", "import_bytes"]
ANSWERS = ("INIDISP.", "It is INIDISP: brightness and forced blank.")


def keep(reviewer: User, old: Sample, new: Sample) -> None:
    choose(reviewer, version(new), version(old))
    decide(reviewer, version(new), Decision.ACCEPT, revision=0)


def test_only_what_may_be_trained_on_is_exported(reviewer: User, two: list[Sample]) -> None:
    choose(reviewer, version(two[1]), version(two[0]))
    assert list(pair_lines()) == []
    decide(reviewer, version(two[1]), Decision.ACCEPT, revision=0)
    (line,) = pair_lines()
    assert json.loads(line) == {
        "prompt": [{"role": "user", "content": QUESTION}],
        "chosen": [{"role": "assistant", "content": ANSWERS[1]}],
        "rejected": [{"role": "assistant", "content": ANSWERS[0]}],
    }


def test_the_plain_form_leaves_out_what_has_a_system_prompt(reviewer: User, two: list[Sample], source: Source) -> None:
    keep(reviewer, *two)
    texts = [Text("And $2101?", "", answer, "You are Veran.") for answer in ("x", "OBSEL.")]
    keep(reviewer, *add_samples(source, [NewSample(text) for text in texts]))
    assert len(list(pair_lines())) == 2
    (line,) = pair_lines(plain=True)
    assert json.loads(line) == {"prompt": QUESTION, "chosen": ANSWERS[1], "rejected": ANSWERS[0]}


def test_a_viewer_downloads_them(client_as: Callable[..., Client], reviewer: User, two: list[Sample]) -> None:
    keep(reviewer, *two)
    answer: Any = client_as(reviewer).get(reverse("export_preferences"))
    assert answer["Content-Disposition"] == 'attachment; filename="preferences.jsonl"'
    assert b"".join(answer.streaming_content).splitlines() == [line.strip() for line in pair_lines()]


def test_an_import_of_pairs_keeps_them_as_pairs(reviewer: User, import_bytes: Callable[..., Source]) -> None:
    lines = [{"prompt": QUESTION, "chosen": ANSWERS[1], "rejected": ANSWERS[0]}]
    source = import_bytes("\n".join(map(json.dumps, lines)).encode())
    pair = PreferencePair.objects.select_related("chosen__sample", "rejected").get()
    assert (pair.origin, pair.author, pair.chosen.sample.source) == ("import", None, source)
    assert (pair.chosen.output, pair.rejected.output) == (ANSWERS[1], ANSWERS[0])
    assert pair.chosen.sample.current == pair.chosen
