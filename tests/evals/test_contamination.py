"""Contamination: planted leaks are found, whatever they were dressed in; samples that only look alike are not."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from afsweb.core.models import User, WorkState
from datasets_app.domains.asm65816.generators.register_facts import RegisterFacts
from datasets_app.domains.asm65816.generators.register_questions import RegisterQuestions
from datasets_app.domains.asm65816.generators.write_routine import WriteRoutine
from datasets_app.domains.base import Generator
from datasets_app.models import Domain, Text
from evals_app.contamination.clean import clean_scores, seen_by
from evals_app.contamination.index import index_cases
from evals_app.contamination.keeping import find, kept, leaks_of, look_soon, snapshots_of, training_snapshots
from evals_app.contamination.looking import COMMON, Finder, Leak, Trained, as_trained
from evals_app.errors import LookingGoesOn
from evals_app.models import Case, Contamination, Suite
from evals_app.register_suite import register_cases, registers_of
from evals_app.results.scores import case_scores
from evals_app.suites import CaseDraft, make_suite
from tests.evals.gating import MANY, a_version, make_many, run_of, train_on
from tests.rows import run_job
from training_app.models import Merge, MergePart

# Ways to hide a question: each gives the instruction, input, output and messages of a sample.
Plant = Callable[[str], tuple[str, str, str, list[dict[str, str]] | None]]
PLANTS: dict[str, Plant] = {
    "as it is": lambda q: (q, "", "It is so.", None),
    "in capitals": lambda q: (f"  {q.upper()}\n", "", "It is so.", None),
    "politely": lambda q: (f"Hello, one more thing. {q} Thank you very much!", "", "It is so.", None),
    "as an input": lambda q: ("Answer this question of a beginner.", q, "It is so.", None),
    "quoted in an answer": lambda q: ("Invent a quiz.", "", f"1. {q}\n2. What is the time?", None),
    "as a later turn": lambda q: (
        "Good morning.",
        "",
        "It is so.",
        [
            {"role": "user", "content": "Good morning."},
            {"role": "assistant", "content": "Good morning, what is it?"},
            {"role": "user", "content": q},
            {"role": "assistant", "content": "It is so."},
        ],
    ),
    "with other signs": lambda q: (q.replace("?", " ??").replace(",", " -").replace(".", " ;"), "", "It is so.", None),
    "with a slip of the pen": lambda q: (_slip(q), "", "It is so.", None),
}


def _slip(question: str) -> str:
    """Two letters of the longest plain word swapped."""
    word = max((w for w in question.split() if w.isalpha() and w.islower()), key=len)
    return question.replace(word, word[:1] + word[2:3] + word[1:2] + word[3:], 1)


def written(generator: Generator, count: int, seed: int = 5) -> Iterator[tuple[str, str]]:
    """Question and answer of samples as the generator writes them."""
    for params in generator.plan(count, seed):
        draft = generator.write(params)
        yield f"{draft.instruction}\n\n{draft.input}" if draft.input else draft.instruction, draft.output


@pytest.fixture
def broad(domain: Domain) -> Suite:
    """Register questions both ways, and requests for routines."""
    names = registers_of("", ["PPU", "CPU"])[:60]
    drafts = register_cases(names, seed=1, directions=("name", "address"))
    asked = [question for question, _ in written(WriteRoutine(), 40)]
    drafts += [
        CaseDraft(f"routine/{n}", "routines", f"routine {n}", [{"role": "user", "content": text}], drafts[0].expected)
        for n, text in enumerate(asked)
    ]
    return make_suite("broad", name="Broad", domain=domain, scorer="register_claims", drafts=drafts)


def clean_rows() -> list[Trained]:
    """What generators write about the same registers, and about other routines."""
    rows = [*written(RegisterFacts(), 250), *written(RegisterQuestions(), 150)]
    rows += list(written(WriteRoutine(), 100))[40:]
    return [as_trained(f"clean {n}", question, "", answer, None) for n, (question, answer) in enumerate(rows)]


def look(suite: Suite, rows: list[Trained]) -> dict[str, Leak]:
    finder = Finder(index_cases(list(suite.cases.all())))
    finder.look(rows)
    return {leak.key: leak for leak in finder.leaks()}


def test_planted_leaks_are_found_and_nothing_else(broad: Suite) -> None:
    cases = list(broad.cases.all())
    random.Random(7).shuffle(cases)
    planted, others = cases[: len(cases) // 2], cases[len(cases) // 2 :]
    names = list(PLANTS)
    how = {case.key: names[n % len(names)] for n, case in enumerate(planted)}
    hidden = [as_trained(case.key, *PLANTS[how[case.key]](case.question)) for case in planted]
    rows = clean_rows() + hidden
    random.Random(8).shuffle(rows)
    found = look(broad, rows)
    missed = [(how[case.key], case.question) for case in planted if case.key not in found]
    wrong = [(found[case.key], case.question) for case in others if case.key in found]
    assert len(cases) >= 390
    assert len(missed) <= 0.01 * len(planted), missed
    assert len(wrong) <= 0.01 * len(others), wrong
    assert all(found[case.key].sample == case.key for case in planted if case.key in found)


def one_case(domain: Domain, question: str, key: str = "one", cluster: str = "one") -> CaseDraft:
    expected = {"direction": "name", "address": "$2100", "name": "INIDISP"}
    return CaseDraft(key, "all", cluster, [{"role": "user", "content": question}], expected)


def suite_of(domain: Domain, *drafts: CaseDraft) -> Suite:
    return make_suite("few", name="Few", domain=domain, scorer="register_claims", drafts=drafts)


LONG = (
    "Please write a small routine that waits for the vertical blank and then copies the palette buffer "
    "from work memory to the palette with the first channel"
)


def test_words_in_a_row_are_told_with_their_share(domain: Domain) -> None:
    suite = suite_of(domain, one_case(domain, LONG))
    part = " ".join(LONG.split()[3:18])
    leak = look(suite, [as_trained("s", "What do you do?", "", f"I {part} today.", None)])["one"]
    assert (leak.how, leak.sample, leak.samples) == ("words", "s", 1)
    assert leak.figure == pytest.approx(3 / (len(LONG.split()) - 12), abs=1e-4)
    assert leak.words in part.lower()


def test_a_common_phrase_is_no_leak_but_a_whole_question_is(domain: Domain) -> None:
    suite = suite_of(domain, one_case(domain, LONG))
    part = " ".join(LONG.split()[3:18])
    common = [as_trained(f"s{n}", f"Number {n}: {part}?", "", "Yes.", None) for n in range(COMMON + 1)]
    assert look(suite, common) == {}
    assert look(suite, common[:COMMON])["one"].how == "words"
    whole = [as_trained(f"s{n}", f"Number {n}. {LONG}, and be quick", "", "Yes.", None) for n in range(COMMON + 5)]
    leak = look(suite, whole)["one"]
    assert (leak.how, leak.samples) == ("words", COMMON + 5)


def test_what_cases_share_is_the_suites_wording(domain: Domain) -> None:
    drafts = [one_case(domain, f"{LONG} {n} times", f"c{n}", f"fact {n}") for n in ("two", "three")]
    suite = suite_of(domain, *drafts)
    part = " ".join(LONG.split()[3:18])
    assert look(suite, [as_trained("s", "What do you do?", "", part, None)]) == {}


def test_another_register_in_the_same_words_is_another_question(domain: Domain) -> None:
    suite = suite_of(domain, one_case(domain, "What name does the documentation give to $2100?"))
    alike = "What name does the documentation give to {}?"
    for other in ("$2101", "$4200", "INIDISP"):
        assert look(suite, [as_trained("s", alike.format(other), "", "It is so.", None)]) == {}
    near = look(suite, [as_trained("s", "What name did the documentation give to $2100?", "", "It is so.", None)])[
        "one"
    ]
    assert (near.how, 0.75 <= near.figure < 1) == ("near", True)


def test_the_surest_finding_is_kept_and_samples_are_counted(domain: Domain) -> None:
    question = "What name does the documentation give to $2100?"
    suite = suite_of(domain, one_case(domain, question))
    rows = [
        as_trained("near", "What name did the documentation give to $2100?", "", "INIDISP", None),
        as_trained("exact", question.upper(), "", "INIDISP", None),
        as_trained("again", question, "", "INIDISP", None),
    ]
    leak = look(suite, rows)["one"]
    assert (leak.how, leak.sample, leak.samples) == ("exact", "exact", 3)


def test_short_questions_are_not_looked_for_inside_of_texts(domain: Domain) -> None:
    suite = suite_of(domain, one_case(domain, "What is INIDISP?"))
    assert look(suite, [as_trained("s", "What do beginners ask?", "", "What is INIDISP?", None)]) == {}
    assert look(suite, [as_trained("s", "what is  inidisp?", "", "It is so.", None)])["one"].how == "exact"


def test_a_job_keeps_what_it_found_once(domain: Domain, trainer: User) -> None:
    suite, version = make_many(), a_version("new")
    questions = [case.question for case in suite.cases.filter(cluster=MANY[0])]
    snapshot = train_on(version, [Text(question, "", "By heart.") for question in [*questions, "Something else?"]])
    assert (training_snapshots(version), list(snapshots_of(suite))) == ([snapshot], [snapshot])
    row = look_soon(suite, snapshot, trainer)
    with pytest.raises(LookingGoesOn):
        look_soon(suite, snapshot, trainer)
    assert row.job
    assert run_job(row.job).name == "succeeded"
    row.refresh_from_db()
    assert (row.state, row.samples, len(row.leaks)) == (WorkState.SUCCEEDED, 4, 3)
    assert {leak.how for leak in leaks_of(row)} == {"exact"}
    assert look_soon(suite, snapshot, trainer).job == row.job
    Contamination.objects.update(method="another one")
    assert kept(suite, [snapshot]) == {}
    assert look_soon(suite, snapshot, trainer).job != row.job


def test_scores_stand_with_and_without_what_was_seen(domain: Domain) -> None:
    suite, version = make_many(), a_version("new")
    questions = [case.question for case in suite.cases.filter(cluster__in=MANY[:3])]
    snapshot = train_on(version, [Text(question, "", "By heart.") for question in questions])
    run = run_of(suite, version, 3)
    assert (seen_by(run).open, seen_by(run).is_known) == ([snapshot], False)
    run_job(look_soon(suite, snapshot, None).job)  # type: ignore[arg-type]
    seen = seen_by(run)
    scores = clean_scores(case_scores(run), seen)
    assert (seen.is_known, seen.samples, len(seen.leaks)) == (True, 9, 9)
    assert scores.all
    assert scores.clean
    assert scores.dirty
    assert (scores.all.value, scores.clean.value, scores.dirty.value) == (0.25, 0.0, 1.0)
    assert (scores.clean.cases, scores.dirty.cases) == (27, 9)


def test_a_merged_version_has_seen_what_its_parts_saw(domain: Domain) -> None:
    one, two, merged = a_version("one"), a_version("two"), a_version("merged")
    snapshots = [train_on(version, [Text("Something?", "", "Else.")]) for version in (one, two)]
    merge = Merge.objects.create(name="merged", base_model=merged.base_model, version=merged)
    MergePart.objects.bulk_create([MergePart(merge=merge, version=one), MergePart(merge=merge, version=two)])
    assert training_snapshots(merged) == snapshots
    assert training_snapshots(a_version("plain")) == []


def test_a_snapshot_is_read_in_chunks(domain: Domain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evals_app.contamination.looking.CHUNK", 4)
    suite, version = make_many(), a_version("new")
    texts = [Text(f"Something else {n}?", "", "By heart.") for n in range(8)]
    case = suite.cases.first()
    assert case
    snapshot = train_on(version, [*texts, Text(case.question, "", "By heart.")])
    samples, leaks = find(list(Case.objects.filter(suite=suite)), snapshot)
    assert (samples, [leak.key for leak in leaks]) == (9, [case.key])
