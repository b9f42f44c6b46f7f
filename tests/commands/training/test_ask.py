"""`afs ask`: the answer on stdout, everything else on stderr."""

from __future__ import annotations

import pytest

from afsweb.core.models import Endpoint, Job
from tests.commands.running import afs, refused
from tests.evals.completions_server import serve_completions
from training_app.models import ModelVersion

Said = pytest.CaptureFixture[str]


def test_the_answer_is_waited_for_and_printed(version: ModelVersion, worker: None, capsys: Said) -> None:
    with serve_completions() as server:
        server.table["What is at $2100?"] = "INIDISP\x1b[2J"
        Endpoint.objects.update(base_url=server.url)
        assert afs("ask", "veran", "What is at $2100?", "--max-new-tokens", 9) == 0
        assert server.bodies[0]["max_tokens"] == 9
    said = capsys.readouterr()
    assert said.out == "INIDISP\N{REPLACEMENT CHARACTER}[2J\n"
    assert "Ask veran v1: queued" in said.err


def test_without_waiting_it_says_where_the_answer_comes(version: ModelVersion, capsys: Said) -> None:
    assert afs("ask", "veran:1", "Who are you?", "--no-wait") == 0
    assert capsys.readouterr().out == f"asked; the answer comes to /jobs/{Job.objects.get().pk}/\n"


def test_no_answer_fails_the_command(version: ModelVersion, worker: None, capsys: Said) -> None:
    with serve_completions(otherwise=400) as server:
        Endpoint.objects.update(base_url=server.url)
        assert afs("ask", "veran", "Who are you?") == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "afs: The version gave no answer" in said.err


def test_what_cannot_be_asked_is_a_sentence(version: ModelVersion, capsys: Said) -> None:
    assert "no model version “nobody:2”" in refused(capsys, "ask", "nobody:2", "Who are you?")
    assert "Write a question first" in refused(capsys, "ask", "veran", " ")
    ModelVersion.objects.update(endpoint=None)
    assert "it has no endpoint" in refused(capsys, "ask", "veran", "Who are you?")
    assert not Job.objects.exists()
