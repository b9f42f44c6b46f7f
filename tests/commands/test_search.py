"""`afs search`: the search of the pages."""

from __future__ import annotations

import pytest

from datasets_app.models import Sample
from tests.commands.conftest import Afs

pytestmark = pytest.mark.django_db


def test_samples_are_found_by_text_and_sources_by_name(afs: Afs, sample: Sample) -> None:
    said = afs("search", "register", "number").out
    assert "Samples\n  What is at $2100?" in said
    assert sample.get_absolute_url() in said
    assert f"Sources\n  registers.jsonl  {sample.source.get_absolute_url()}" in afs("search", "registers").out


def test_a_number_and_an_id_lead_to_their_row(afs: Afs, sample: Sample) -> None:
    assert f"Sample {sample.pk}" in afs("search", sample.pk).out
    for name in (f"#{sample.pk}", sample.uuid, str(sample.uuid)[:8]):
        assert afs("search", name).out == f"{sample.get_absolute_url()}\n"


def test_what_nobody_has_is_no_success(afs: Afs, sample: Sample) -> None:
    said = afs("search", "unheard-of")
    assert (said.status, said.out, said.err) == (1, "", "")
    assert afs("search", "x" * 201).status == 2
