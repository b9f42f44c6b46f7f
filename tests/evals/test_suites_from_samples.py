"""Cases of goldens and of edits: the good answer earns the point, the worse one does not, the sample stays known."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from afsweb.core.models import Job, JobLog, Role, User
from datasets_app.domains.base import get_domain
from datasets_app.models import Campaign, CampaignItem, Decision, Domain, Sample, SecretFinding, Source, Text
from datasets_app.review.edit import edit
from datasets_app.samples.adding import NewSample, add_samples
from evals_app.errors import NoCasesFromSamples
from evals_app.from_samples.drafting import draft_cases, tag_of
from evals_app.from_samples.scoring import scoring_for
from evals_app.from_samples.suites import make_from_samples, suites_using
from evals_app.models import Suite
from tests.evals.test_pages import text
from tests.golden.doing import take
from tests.review.making import edited, make_source, version

Login = Callable[[Role | User], Client]
LONG = "The register INIDISP (`$2100`) blanks the screen; code stores to it with `STA` while VMAIN stays as it is. " * 2
SLOW = "```asm\nLDA $10\nCLC\nADC #$00\nSTA $12\nLDA $12\nRTS\n```"
FAST = "Shorter:\n\n```asm\nLDA $10\nCLC\nADC #$00\nSTA $12\nRTS\n```"
WRONG = "Shorter:\n\n```asm\nLDA $11\nSTA $12\nRTS\n```"
CODE = "```asm\nLDA #$0F\nSTA $2100\nRTS\n```"


@pytest.fixture
def source(db: None) -> Source:
    return make_source()


def sample_of(source: Source, question: str, answer: str) -> Sample:
    return add_samples(source, [NewSample(Text(question, "", answer), kind="register")])[0]


@pytest.mark.parametrize(
    ("question", "good", "bad", "scorer"),
    [
        ("Which register is at $2100?", "It is INIDISP.", "", "register_claims"),
        ("Which register is at $2100?", "It is INIDISP.", "It is VMAIN.", "register_claims"),
        ("How many bits has a byte?", "8", "", "exact"),
        ("How many bits has a byte?", "8", "7", "exact"),
        ("How is the screen blanked?", LONG, "", "keyword"),
        ("How is the screen blanked?", LONG, LONG.replace("INIDISP", "SETINI"), "keyword"),
        ("How is the screen blanked?", LONG, LONG.replace("blanks", "clears"), None),
        ("Write it.", CODE, "", None),
        (f"Make this faster.\n\n{SLOW}", FAST, "", "asm_exec"),
        (f"Make this faster.\n\n{SLOW}", FAST, SLOW, "asm_exec"),
        (f"Make this faster.\n\n{SLOW}", WRONG, "", None),
        ("How is the weather?", "It rains and rains and rains, and then it rains again, for days.", "", None),
    ],
)
def test_a_scorer_is_chosen_that_tells_good_from_bad(question: str, good: str, bad: str, scorer: str | None) -> None:
    found = scoring_for("asm65816", question, good, bad)
    assert (found and found[0]) == scorer


@pytest.mark.parametrize(
    ("generator", "scorer"), [("write_routine", "asm_exec"), ("debug", "debug"), ("optimise", "asm_exec")]
)
def test_code_of_a_generator_is_scored_by_what_its_generator_proved(generator: str, scorer: str) -> None:
    written = get_domain("asm65816").generator(generator)
    for params in written.plan(12, 5):
        draft = written.write(params)
        question = Text(draft.instruction, draft.input, draft.output).chat()[-2]["content"]
        found = scoring_for("asm65816", question, draft.output, "", draft.params)
        assert found
        assert found[0] == scorer
        # A golden that was changed so that it does something else is none of it.
        assert scoring_for("asm65816", question, "```asm\nLDA #$00\nRTS\n```", "", draft.params) is None


def test_a_golden_of_a_campaign_brings_what_was_proven(source: Source, reviewer: User, domain: Domain) -> None:
    writer = get_domain("asm65816").generator("write_routine")
    draft = writer.write(next(iter(writer.plan(1, 5))))
    golden = sample_of(source, draft.instruction, draft.output)
    campaign = Campaign.objects.create(
        name="Routines", domain=domain, generator="write_routine", target=1, source=source
    )
    CampaignItem.objects.create(
        campaign=campaign, index=0, kind=draft.kind, params=draft.params, state="done", sample=golden
    )
    take(reviewer, golden, Decision.GOLDEN)
    (case,) = draft_cases(domain, "goldens").drafts
    assert case.scorer == "asm_exec"
    assert case.expected["routine"]["routine"] == draft.params["routine"]


def test_goldens_become_cases(source: Source, reviewer: User, domain: Domain) -> None:
    golden, code = sample_of(source, "Which register is at $2100?", "INIDISP."), sample_of(source, "Write it.", CODE)
    sample_of(source, "Which register is at $2115?", "VMAIN.")
    for one in (golden, code):
        take(reviewer, one, Decision.GOLDEN)
    suite, drafted = make_from_samples(domain, "goldens", name="From goldens", by=reviewer)
    case = suite.cases.get()
    assert (case.key, case.references, case.category) == (f"golden/{golden.uuid}", ["INIDISP."], "register")
    assert (case.scorer, case.tags) == ("register_claims", ["golden", tag_of(golden.uuid), "kind:register"])
    assert dict(drafted.left) == {"no program can tell a good answer to it": 1}


def test_a_changed_golden_is_the_same_case_in_its_next_revision(source: Source, reviewer: User, domain: Domain) -> None:
    golden = sample_of(source, "Which register is at $2100?", "INIDISP.")
    take(reviewer, golden, Decision.GOLDEN)
    first, _ = make_from_samples(domain, "goldens", name="From goldens", by=reviewer)
    assert suites_using(golden.uuid) == [first]
    edited(reviewer, version(golden), Text("Which register is at $2100?", "", "It is INIDISP."))
    take(reviewer, golden, Decision.GOLDEN)
    second, _ = make_from_samples(domain, "goldens", name="From goldens", by=reviewer)
    assert (second.number, second.cases.get().revision) == (2, 2)
    assert suites_using(golden.uuid) == [second]
    Suite.objects.filter(pk=second.pk).update(is_archived=True)
    assert suites_using(golden.uuid) == []


def test_an_edit_becomes_a_case_that_the_answer_before_it_fails(source: Source, reviewer: User, domain: Domain) -> None:
    sample = sample_of(source, "Which register is at $2100?", "It is VMAIN.")
    edit(reviewer, version(sample), Text("Which register is at $2100?", "", "It is INIDISP."))
    assert not draft_cases(domain, "edits").drafts
    take(reviewer, sample, Decision.ACCEPT)
    (draft,) = draft_cases(domain, "edits").drafts
    assert (draft.key, draft.tags[0], draft.references) == (f"edit/{sample.uuid}", "edit", ["It is INIDISP."])


def test_a_text_with_a_secret_gives_no_case(source: Source, reviewer: User, domain: Domain) -> None:
    golden = sample_of(source, "Which register is at $2100?", "INIDISP.")
    take(reviewer, golden, Decision.GOLDEN)
    told = {"field": "output", "line": 1, "kind": "email", "excerpt": "a••••", "digest": "0" * 64}
    SecretFinding.objects.create(sample=golden, version=version(golden), **told)
    assert dict(draft_cases(domain, "goldens").left) == {"a secret was found in its text": 1}


def test_without_goldens_there_is_no_suite(domain: Domain, reviewer: User) -> None:
    with pytest.raises(NoCasesFromSamples, match="made of goldens in 65816 assembly: there are none yet"):
        make_from_samples(domain, "goldens", name="From goldens", by=reviewer)


def test_the_page_has_the_suite_made_and_links_the_sample(
    client_as: Login, source: Source, reviewer: User, do: Callable[[Job], str]
) -> None:
    golden, code = sample_of(source, "Which register is at $2100?", "INIDISP."), sample_of(source, "Write it.", CODE)
    for one in (golden, code):
        take(reviewer, one, Decision.GOLDEN)
    trainer = client_as(Role.TRAINER)
    data = {"what": "goldens", "domain": "asm65816", "name": "From goldens"}
    assert "The suite is being made" in text(trainer.post("/suites/from-samples/", data, follow=True))
    job = Job.objects.get(kind="evals.make_from_samples")
    assert do(job) == "succeeded"
    said = [line.text for line in JobLog.objects.filter(job=job).order_by("pk")]
    assert said[0] == "1 samples gave no case: no program can tell a good answer to it"
    assert said[1].startswith("From goldens 1 has 1 cases")
    case = Suite.objects.get().cases.select_related("suite").get()
    shown = text(trainer.get(case.get_absolute_url()))
    assert f'href="{golden.get_absolute_url()}">made of sample' in shown
    assert "Good answers" in shown


def test_a_job_that_finds_nothing_to_score_says_so(
    client_as: Login, source: Source, reviewer: User, do: Callable[[Job], str]
) -> None:
    take(reviewer, sample_of(source, "Write it.", CODE), Decision.GOLDEN)
    data = {"what": "goldens", "domain": "asm65816", "name": "From goldens"}
    client_as(Role.TRAINER).post("/suites/from-samples/", data)
    job = Job.objects.get(kind="evals.make_from_samples")
    assert do(job) == "failed"
    assert "No case could be made of goldens in 65816 assembly: 1: no program can tell" in job.error


def test_where_there_is_no_sample_no_job_is_made(client_as: Login, domain: Domain) -> None:
    data = {"what": "edits", "domain": "asm65816", "name": "From edits"}
    shown = text(client_as(Role.TRAINER).post("/suites/from-samples/", data))
    assert "No case could be made of edits of answers in 65816 assembly: there are none yet" in shown
    assert 'value="From edits"' in shown
    assert not Job.objects.filter(kind="evals.make_from_samples").exists()


def test_a_suite_from_samples_needs_a_name(client_as: Login, domain: Domain) -> None:
    data = {"what": "goldens", "domain": "asm65816", "name": "!"}
    assert "needs a letter or a digit" in text(client_as(Role.TRAINER).post("/suites/from-samples/", data))
    assert not Job.objects.filter(kind="evals.make_from_samples").exists()
