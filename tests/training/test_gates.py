"""Data gates: each kind of defect is found in a corpus that is clean but for it, and a clean one is let through."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from afsweb.core.models import Event, Role, User
from datasets_app.models import Domain, Sample, Snapshot, SnapshotEntry, SnapshotState, Text, Verdict
from datasets_app.samples.adding import NewSample, add_samples
from evals_app.models import EvalRun
from evals_app.suites import CaseDraft, make_suite
from tests.rows import chat_row, make_base
from tests.training.conftest import CLEAN
from tests.web import loop
from training_app.errors import GateNeedsReason, GateStops
from training_app.gates.checking import look_at_gates
from training_app.gates.texts import is_open, opening
from training_app.launch import launch_run
from training_app.models import ModelVersion, Recipe

Login = Callable[[Role | User], Client]
Rows = list[dict[str, Any]]


def gates(recipe: Recipe, snapshot: Snapshot) -> dict[str, bool]:
    """Gate -> whether it stops the launch."""
    return {one.gate: one.stops for one in look_at_gates(recipe, snapshot)}


def test_a_clean_corpus_is_let_through(recipe: Recipe, of: Callable[..., Snapshot]) -> None:
    assert gates(recipe, of(CLEAN)) == {}


ALIKE = [chat_row(f"Register {at}?", f"CGADD ($21{at:02X}) selects what {at} does") for at in range(70)]
DEFECTS: dict[str, tuple[Rows, bool]] = {
    "empty": ([chat_row("What is at $2100?", "  ")], True),
    "unreadable": ([{"messages": [{"role": "user", "content": "alone"}]}], True),
    "duplicates": ([CLEAN[3]], False),
    "contradictions": ([chat_row("Which register is $2100?", f"Register number {at}.") for at in range(9)], False),
    "one form": (ALIKE, False),
    "special tokens": ([chat_row("What ends a turn?", "It is <|im_end|> and nothing else.")], True),
    "another template": ([chat_row("Say it", "[INST] Say it [/INST]")], False),
    "fences": ([chat_row("Write a loop", "```asm\nloop:\n BRA loop\n")], True),
}


@pytest.mark.parametrize("gate", DEFECTS)
def test_a_defect_among_clean_rows_is_found(recipe: Recipe, of: Callable[..., Snapshot], gate: str) -> None:
    rows, stops = DEFECTS[gate]
    snapshot = of([*CLEAN, *rows])
    assert gates(recipe, snapshot) == {gate: stops}
    (found,) = look_at_gates(recipe, snapshot)
    assert found.count and found.total and found.rows
    assert found.rows[0].split == "train"


def test_a_row_on_both_sides_is_found(recipe: Recipe, of: Callable[..., Snapshot]) -> None:
    assert gates(recipe, of(CLEAN, [CLEAN[5]])) == {"duplicates across": True}


def test_a_row_that_would_lose_its_end_is_found_with_its_share(recipe: Recipe, of: Callable[..., Snapshot]) -> None:
    recipe.params["max_length"] = 400
    long = chat_row("Name them", "INIDISP and more " * 400)
    found = next(one for one in look_at_gates(recipe, of([chat_row("a", "b"), long], [])) if one.gate == "truncated")
    assert (found.count, found.share, found.rows[0].line, found.may_be_meant) == (1, 0.5, 2, False)


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{{ messages[0]['content'] }}", {"masked": True}),
        ("{% for m in messages %}{{ m['content'] + '\n' }}{% endfor %}", {"end of turn": True}),
        ("{{ raise_exception('no system turn') }}", {"template": True}),
    ],
)
def test_a_template_that_shows_no_answer_or_no_end_is_found(
    recipe: Recipe, of: Callable[..., Snapshot], base_dir: Path, tmp_path: Path, template: str, told: dict[str, bool]
) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    for name in ("tokenizer.json", "config.json"):
        (folder / name).write_bytes((base_dir / name).read_bytes())
    (folder / "tokenizer_config.json").write_text(json.dumps({"eos_token": "<|im_end|>", "chat_template": template}))
    recipe.base_model = make_base(folder, "tests/other")
    assert gates(recipe, of(CLEAN[:3], [])) == told


def test_a_run_that_keeps_the_best_needs_validation_rows(recipe: Recipe, of: Callable[..., Snapshot]) -> None:
    recipe.params["keep"] = "validation_loss"
    assert gates(recipe, of(CLEAN, [])) == {"no validation": True}


SAMPLES = [{"instruction": f"What does routine {at} do?", "output": f"It adds {at} to A."} for at in range(4)]


@pytest.fixture
def made(recipe: Recipe, of: Callable[..., Snapshot]) -> tuple[Snapshot, list[Sample]]:
    """A snapshot with its entries, as its building writes them: three rows to train, the last one validates."""
    rows = [chat_row(one["instruction"], one["output"]) for one in SAMPLES]
    files = of(rows[:3], rows[3:]).artifact
    assert files
    source = loop.add_source(0, "of the snapshot")
    add_samples(source, [NewSample(Text(one["instruction"], "", one["output"])) for one in SAMPLES])
    samples = list(Sample.objects.filter(source=source).select_related("current").order_by("pk"))
    counts = {"train_count": 3, "validation_count": 1}
    snapshot = Snapshot.objects.create(name="made", domain=source.domain, artifact=files, sha256=files.sha256, **counts)
    places = [("train", 0), ("train", 1), ("train", 2), ("validation", 0)]
    for sample, (split, position) in zip(samples, places, strict=True):
        assert sample.current
        SnapshotEntry.objects.create(snapshot=snapshot, version=sample.current, split=split, position=position)
    snapshot.settle(SnapshotState.READY)
    return snapshot, samples


def test_code_that_does_not_assemble_is_found_by_its_newest_verdict(
    recipe: Recipe, made: tuple[Snapshot, list[Sample]]
) -> None:
    snapshot, samples = made
    bad = {"level": "bad", "code": "unknown_instruction", "rung": 3}
    old, wrong, contradicted = (sample.current for sample in samples[:3])
    for version, edition, level, findings in (
        (old, "1", 2, [bad]),
        (old, "2", 7, []),
        (wrong, "2", 2, [bad]),
        (contradicted, "2", 0, [{"level": "bad", "code": "register_contradicted", "rung": 6}]),
    ):
        assert version
        Verdict.objects.create(
            version=version, verifier="asm65816", verifier_version=edition, level=level, findings=findings
        )
    (found,) = look_at_gates(recipe, snapshot)
    assert (found.gate, found.count, found.total, found.stops) == ("code", 1, 4, True)
    assert found.rows[0].url == samples[1].get_absolute_url()


@pytest.mark.parametrize("facet", [{"cluster": 7}, {"group_id": "fact x family"}])
def test_near_duplicates_on_both_sides_are_found(
    recipe: Recipe, made: tuple[Snapshot, list[Sample]], facet: dict[str, Any]
) -> None:
    snapshot, samples = made
    Sample.objects.filter(pk__in=[samples[0].pk, samples[3].pk]).update(**facet)
    assert gates(recipe, snapshot) == {"near-duplicates across": False}


def test_a_question_of_a_suite_is_found(recipe: Recipe, made: tuple[Snapshot, list[Sample]]) -> None:
    snapshot, samples = made
    suite_of("what  does ROUTINE 2 do?")
    (found,) = look_at_gates(recipe, snapshot)
    assert (found.gate, found.count, found.stops, found.may_be_meant) == ("evaluation leak", 1, True, True)
    assert "Routines 1" in found.text
    assert found.rows[0].sample == str(samples[2].uuid)


def suite_of(question: str) -> Any:
    messages = [{"role": "user", "content": question}]
    draft = CaseDraft("one", "routines", "one", messages, {"keywords": ["A"]})
    domain = Domain.objects.get(slug="asm65816")
    return make_suite("routines", name="Routines", domain=domain, scorer="keyword", drafts=[draft])


def test_a_large_base_wants_a_suite_and_its_own_score(recipe: Recipe, of: Callable[..., Snapshot]) -> None:
    snapshot = of(CLEAN)
    recipe.base_model.parameters = 7_600_000_000
    recipe.base_model.save()
    (found,) = look_at_gates(recipe, snapshot)
    assert (found.gate, found.stops) == ("no baseline", False)
    assert "No suite measures" in found.text
    suite = suite_of("Something else?")
    assert "never evaluated" in look_at_gates(recipe, snapshot)[0].text
    version = ModelVersion.objects.create(name="base", base_model=recipe.base_model)
    EvalRun.objects.create(suite=suite, version=version, state="succeeded")
    assert look_at_gates(recipe, snapshot) == []


def test_what_can_be_meant_needs_a_reason_that_is_kept(
    recipe: Recipe, of: Callable[..., Snapshot], trainer: User
) -> None:
    snapshot = of([*CLEAN, *DEFECTS["fences"][0]])
    with pytest.raises(GateNeedsReason, match=r"does not close it: 1 of \d+ rows"):
        launch_run(recipe, snapshot, name="run", by=trainer)
    launch_run(recipe, snapshot, name="run", by=trainer, reason="they show how it looks when it is cut")
    line = Event.objects.get(verb="launch")
    assert (line.reason, line.after["gates"]) == ("they show how it looks when it is cut", ["fences"])


def test_what_nobody_can_mean_stops_with_any_reason(recipe: Recipe, of: Callable[..., Snapshot], trainer: User) -> None:
    snapshot = of([*CLEAN, *DEFECTS["empty"][0]])
    with pytest.raises(GateStops, match="An answer is empty: 1 of"):
        launch_run(recipe, snapshot, name="run", by=trainer, reason="I want it")


def test_the_page_shows_what_stands_in_the_way_and_the_form_asks_for_the_reason(
    client_as: Login, recipe: Recipe, made: tuple[Snapshot, list[Sample]], django_assert_max_num_queries: Any
) -> None:
    snapshot, samples = made
    suite_of(SAMPLES[2]["instruction"])
    client = client_as(Role.TRAINER)
    with django_assert_max_num_queries(10):
        html = client.get("/runs/launch/gates/", {"recipe": recipe.pk, "snapshot": snapshot.pk}).content.decode()
    for words in ("stops, unless meant", "1 of 4 rows, 25.0 %", samples[2].get_absolute_url(), "5 to 10 under 1,000"):
        assert words in html
    values = {"name": "run", "recipe": recipe.pk, "snapshot": snapshot.pk, "seed": 0}
    assert escape("say why") in client.post("/runs/launch/", values).content.decode()
    assert client.post("/runs/launch/", {**values, "reason": "on purpose"}).status_code == 302


def test_rows_that_are_not_here_are_told_and_stop_nothing(
    recipe: Recipe, of: Callable[..., Snapshot], settings: Any, tmp_path: Path
) -> None:
    snapshot = of(CLEAN)
    settings.ARTIFACT_DIR = tmp_path / "elsewhere"
    assert gates(recipe, snapshot) == {"not looked at": False}


@pytest.mark.parametrize(
    ("answer", "open_"),
    [
        ("```asm\nRTS\n```", False),
        ("```\nRTS", True),
        ("````\n```\n````", False),
        ("~~~\n```\n~~~", False),
        ("no", False),
    ],
)
def test_a_fence_closes_by_one_of_its_kind(answer: str, open_: bool) -> None:
    assert is_open(answer) == open_


def test_openings_are_equal_by_their_form() -> None:
    assert opening("CGADD ($2121) selects a colour") == opening("VMAIN ($2115) selects the step")
    assert opening("```asm\nSEP #$20\nLDA $00") != opening("```asm\nREP #$30\nLDX $00")
