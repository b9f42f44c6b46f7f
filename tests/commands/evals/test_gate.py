"""`afs promote`, `afs eval gate`, `gates`, `compare`, `failed`, `leaks`, `afs suite leaks`, `again`."""

from __future__ import annotations

import json

import pytest

from afsweb.core.models import Event, EventSource, User
from datasets_app.models import Text
from evals_app.models import EvalRun, Gate, Suite
from evals_app.suites import make_suite
from tests.commands.evals.conftest import MakeVersion
from tests.commands.running import afs, refused
from tests.evals.conftest import register_drafts
from tests.evals.gating import a_version, gate_of, make_current, make_many, run_of, train_on
from tests.evals.making import make_run
from tests.evals.test_leaks_pages import do_all
from training_app.models import Expert, ModelVersion

Said = pytest.CaptureFixture[str]


@pytest.fixture
def veran(suite: Suite, admin_user: User) -> Expert:
    """With a current version `old` that knows two registers, and a gate on the suite `many`."""
    expert, old = Expert.objects.get(slug="veran"), a_version("old")
    make_current(expert, old, admin_user)
    run_of(make_many(), old, 2)
    gate_of(expert)
    return expert


@pytest.fixture
def new(veran: Expert) -> ModelVersion:
    version = a_version("new")
    run_of(Suite.objects.get(slug="many"), version)
    return version


def test_a_gate_answers_with_its_exit_status(veran: Expert, new: ModelVersion, capsys: Said) -> None:
    assert afs("eval", "gate", "veran", "new") == 0
    assert "new:1 against old:1 by gate 2: passed" in capsys.readouterr().out
    gate_of(veran, safety="probes")
    assert afs("eval", "gate", "veran", "new") == 2
    gate_of(veran, improvement=0.9)
    assert afs("eval", "gate", "veran", "new:1", "--json") == 1
    report = json.loads(capsys.readouterr().out.partition("{")[2].join(["{", ""]))
    assert (report["state"], report["findings"][0]["figures"]["needed"]) == ("failed", 0.9)


def test_a_gate_that_is_not_there_is_refused(veran: Expert, new: ModelVersion, capsys: Said) -> None:
    Gate.objects.all().delete()
    assert "Veran has no gate" in refused(capsys, "eval", "gate", "veran", "new")
    assert "There is no expert “nobody”" in refused(capsys, "eval", "gate", "nobody", "new")
    assert "Veran has no gate" in refused(capsys, "eval", "gates", "veran")
    assert afs("eval", "gates", "--defaults") == 0
    assert "made gate 1 of Veran" in capsys.readouterr().out
    assert afs("eval", "gates", "--defaults") == 0
    assert "made" not in capsys.readouterr().out


def test_rules_are_shown(veran: Expert, capsys: Said) -> None:
    assert (afs("eval", "gates"), afs("eval", "gates", "veran")) == (0, 0)
    said = capsys.readouterr().out
    assert "many, better by 0.10 or more, p < 0.05" in said
    assert "din" in said


def test_a_version_is_promoted_by_a_person(veran: Expert, new: ModelVersion, trainer: User, capsys: Said) -> None:
    assert "Say who does this with --as" in refused(capsys, "promote", "veran", "new")
    assert afs("promote", "veran", "new", "--as", "a-trainer") == 0
    assert "new v1 is Veran's current version, signed by a-trainer: passed its gate" in capsys.readouterr().out
    assert Event.objects.get(verb="promote").source == EventSource.CLI


def test_an_override_needs_an_admin(veran: Expert, new: ModelVersion, trainer: User, capsys: Said) -> None:
    gate_of(veran, improvement=0.9)
    assert "the gate failed. Open:" in refused(capsys, "promote", "veran", "new", "--as", "a-trainer")
    wanted = ("promote", "veran", "new", "--override", "For the demo.")
    assert "This needs the role admin" in refused(capsys, *wanted, "--as", "a-trainer")
    assert afs(*wanted) == 0
    assert "gate overridden: For the demo." in capsys.readouterr().out


def test_a_comparison_answers_with_its_exit_status(
    veran: Expert, suite: Suite, new: ModelVersion, worker: None, capsys: Said
) -> None:
    assert afs("eval", "compare", "old", "new", "--suite", "many") == 0
    assert afs("eval", "compare", "new", "old") == 1
    assert "regressed by 0.83" in capsys.readouterr().out
    before = make_run(suite, a_version("before"), lambda case: "?")
    assert afs("eval", "compare", "before", "new") == 2
    assert "has no such evaluation yet" in capsys.readouterr().err
    assert afs("eval", "compare", str(before.uuid), str(EvalRun.objects.get(version=new).uuid)) == 2


def test_failed_cases_become_commands(veran: Expert, capsys: Said) -> None:
    assert afs("eval", "failed", "old") == 0
    assert len(capsys.readouterr().out.splitlines()) == 30
    assert afs("eval", "failed", "old", "--plan") == 0
    said = capsys.readouterr().out
    assert "# 30 failed cases" in said
    assert "--domain asm65816 --generator register_facts --samples 300 --kinds register_name --topics" in said


def test_leaks_are_looked_for_and_said(veran: Expert, new: ModelVersion, worker: None, capsys: Said) -> None:
    assert afs("eval", "leaks", "new") == 0
    assert "was not trained here" in capsys.readouterr().out
    many = Suite.objects.get(slug="many")
    question = many.cases.all()[0].question
    train_on(new, [Text(question, "", "By heart."), Text("Something else?", "", "No.")])
    assert afs("suite", "leaks", "many") == 0
    assert "not looked through" in capsys.readouterr().out
    assert afs("suite", "leaks", "many", "--look") == 0
    assert "a job looks now" in capsys.readouterr().out
    do_all()
    assert (afs("suite", "leaks", "many"), afs("eval", "leaks", "new")) == (0, 0)
    said = capsys.readouterr().out
    assert "1 cases in 2 samples" in said
    assert "dirty  1.000" in said
    assert "exact" in said


def test_the_last_versions_are_asked_again(suite: Suite, make_version: MakeVersion, capsys: Said) -> None:
    run_of(suite, make_version("one"), 2)
    assert "has answered Registers 1 already" in refused(capsys, "suite", "again", "registers")
    drafts = register_drafts(["TM"])
    make_suite("registers", name="Registers", domain=suite.domain, scorer="register_claims", drafts=drafts)
    assert afs("suite", "again", "registers", "--last", 1) == 0
    assert "one v1 on Registers 2: queued" in capsys.readouterr().out
