"""What is known of a version: read from its run, claimed by a document, or said by a person, and always which."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from afsweb.core.models import Event, Role, User
from evals_app.errors import VersionCannotAnswer
from evals_app.models import Suite
from evals_app.runs.launch import launch_eval
from tests.web import loop
from training_app.asking import ask_version
from training_app.errors import BadRecord, NothingAnswers
from training_app.models import Claimed, Metric, ModelVersion, Standing
from training_app.registry.importing import import_document, read_document
from training_app.registry.record import record_of
from training_app.registry.versions import make_base_version
from training_app.rows import version_rows

Login = Callable[[Role | User], Client]
STATUS = (django_settings.BASE_DIR / "docs" / "model-status.json").read_text()


@pytest.fixture
def imported(db: None) -> list[ModelVersion]:
    return import_document(read_document(STATUS), by=None)[0]


def named(name: str, number: int) -> ModelVersion:
    return version_rows().get(name=name, number=number)


def scores(name: str, number: int) -> list[tuple[str, float, int | None]]:
    claims = named(name, number).claims.filter(what=Claimed.SCORE)
    return list(claims.values_list("category", "value", "n"))


def losses(name: str, number: int) -> list[float]:
    claims = named(name, number).claims.filter(what__in=(Claimed.INITIAL_LOSS, Claimed.FINAL_LOSS))
    return [float(claim.value) for claim in claims]


def test_the_status_document_imports_with_its_figures(imported: list[ModelVersion]) -> None:
    assert [str(one) for one in imported] == [
        "din v2",
        "din v3",
        "nayru v5",
        "farore-cloud v1",
        "veran-cloud v1",
        "veran-cloud v2",
        "veran-mac v1",
    ]
    assert scores("veran-cloud", 1) == [("Basic 65816", 0.67, 3), ("SNES Hardware", 0.3, 5), ("", 0.44, 8)]
    assert scores("veran-cloud", 2) == [("Basic 65816", 0.33, 3), ("SNES Hardware", 0.05, 7), ("", 0.13, 10)]
    assert scores("veran-mac", 1) == [("Basic 65816", 0.67, None), ("SNES Hardware", 0.0, None)]
    assert losses("farore-cloud", 1) == [2.11, 1.99]
    assert losses("veran-cloud", 1) == [3.28, 0.67]
    assert losses("veran-cloud", 2) == [3.13, 0.51]
    standings = {str(one): one.standing for one in imported if one.standing}
    assert standings == {"veran-cloud v1": "best", "veran-cloud v2": "failed", "veran-mac v1": "baseline"}
    assert named("farore-cloud", 1).temperature == 0.4
    assert sum(count for _, count in record_of(named("farore-cloud", 1)).categories) == 28


def test_what_was_imported_is_marked_claimed(imported: list[ModelVersion], client_as: Login) -> None:
    record = record_of(named("veran-cloud", 1))
    assert record.facts
    assert all(fact.is_claimed for fact in record.facts)
    said = {fact.label: fact.value for fact in record.facts}
    assert (said["Training time"], said["Billed"], said["LoRA target modules"]) == (
        "3 min 30 s",
        "$0.05",
        "q_proj, v_proj",
    )
    page = client_as(Role.VIEWER).get(named("veran-cloud", 1).get_absolute_url()).content.decode()
    assert page.count('<span class="chip warn">claimed</span>') == len(record.facts) + len(record.scores)
    assert "Confuses register names" in page


def test_importing_twice_changes_nothing(imported: list[ModelVersion]) -> None:
    ModelVersion.objects.filter(name="din").update(note="a person's own")
    made, known = import_document(read_document(STATUS), by=None)
    assert (made, len(known)) == ([], 7)
    assert ModelVersion.objects.filter(note="a person's own").count() == 2


def test_an_imported_version_is_neither_asked_nor_evaluated(imported: list[ModelVersion], client_as: Login) -> None:
    version = named("veran-cloud", 1)
    with pytest.raises(NothingAnswers, match="its record here and no weights"):
        ask_version(version, "What is at $2100?", by=None)
    loop.add_comparison()
    # With the weights of its base here too: they are not its own.
    version.base_model.weights = loop.add_run().adapter
    version.base_model.save()
    with pytest.raises(VersionCannotAnswer):
        launch_eval(Suite.objects.get(), version, None)
    page = client_as(Role.REVIEWER).get(version.get_absolute_url()).content.decode()
    assert "can neither be asked nor evaluated" in page
    assert "/ask/" not in page


def test_an_imported_version_is_not_taken_for_its_base(imported: list[ModelVersion]) -> None:
    base = named("veran-mac", 1).base_model
    base.weights = loop.add_run().adapter
    assert make_base_version(base) not in imported
    assert not named("veran-mac", 1).is_plain_base


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rank": 0}, "versions.0.rank"),
        ({"scores": [{"score": 67}]}, "versions.0.scores.0.score"),
        ({"los": 1}, "versions.0.los: Extra inputs"),
        ({"name": "no name"}, "versions.0.name"),
        ({"lessons": "a\0b"}, "versions.0.lessons"),
    ],
)
def test_a_bad_record_says_where(db: None, change: dict[str, Any], said: str) -> None:
    version = {"name": "veran", "number": 1, "base": "Qwen/Qwen3-4B", **change}
    with pytest.raises(BadRecord) as raised:
        read_document(json.dumps({"source": "a document", "versions": [version]}))
    assert said in str(raised.value)
    assert "Correct it; nothing was kept" in str(raised.value)


@pytest.mark.parametrize("text", ["{", "[]", '{"source": "x", "versions": []}'])
def test_what_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(BadRecord):
        read_document(text)


@pytest.fixture
def trained(db: None) -> ModelVersion:
    """A version whose run has its settings, its figures and its losses."""
    run = loop.add_run()
    run.recipe.params = {"rank": 16, "alpha": 32, "dropout": 0.1, "target_modules": [], "use_rslora": True}
    run.recipe.save()
    run.environment = {"device": "cpu x86_64"}
    run.started_at, run.finished_at = timezone.now(), timezone.now() + timedelta(minutes=3)
    run.save()
    Metric.objects.bulk_create(Metric(run=run, step=step, loss=4.0 / step) for step in (1, 2, 4))
    return ModelVersion.objects.create(name="nayru", base_model=run.recipe.base_model, run=run, adapter=run.adapter)


def test_what_a_run_knows_is_read_from_it(trained: ModelVersion) -> None:
    facts = record_of(named("nayru", 1)).facts
    said = {fact.label: fact.value for fact in facts}
    assert said["LoRA rank"] == "16 rsLoRA"
    assert said["LoRA target modules"] == "every linear layer"
    assert (said["Initial loss"], said["Final loss"]) == ("4 at step 1", "1 at step 4")
    assert (said["Hardware"], said["Training time"]) == ("cpu x86_64", "3 min 0 s")
    assert not any(fact.is_claimed for fact in facts)


def test_a_person_says_what_no_run_knows(trained: ModelVersion, client_as: Login) -> None:
    said = {"standing": "failed", "temperature": "0.4", "lessons": "Loss alone ranks nothing.", "billed_cost": "0.06"}
    client = client_as(Role.TRAINER)
    client.post(f"/models/{trained.uuid}/edit/", said)
    trained.refresh_from_db()
    assert (trained.standing, trained.temperature, trained.lessons) == (Standing.FAILED, 0.4, said["lessons"])
    event = Event.objects.get(verb="edit")
    assert event.before["lessons"] == ""
    assert event.after == {"standing": "failed", "temperature": 0.4, "lessons": said["lessons"], "billed_cost": "0.06"}
    page = client.get(trained.get_absolute_url()).content.decode()
    assert "failed experiment" in page
    assert "$0.06" in page
    client.post(f"/models/{trained.uuid}/edit/", said)
    assert Event.objects.filter(verb="edit").count() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [({"temperature": "9"}, "less than or equal to 5"), ({"billed_cost": "-1"}, "greater than or equal to 0")],
)
def test_a_bad_edit_changes_nothing(trained: ModelVersion, client_as: Login, change: dict[str, str], said: str) -> None:
    page = client_as(Role.TRAINER).post(f"/models/{trained.uuid}/edit/", {"tag": "nayru-v5:latest", **change})
    assert said in page.content.decode()
    assert "nayru-v5:latest" in page.content.decode()
    trained.refresh_from_db()
    assert trained.tag == ""


def test_a_reviewer_does_not_edit(trained: ModelVersion, client_as: Login) -> None:
    assert client_as(Role.REVIEWER).post(f"/models/{trained.uuid}/edit/", {}).status_code == 403


def test_the_page_costs_the_same_however_much_there_is(imported: list[ModelVersion], client_as: Login) -> None:
    client = client_as(Role.TRAINER)
    counts = []
    for name, number in (("din", 3), ("veran-cloud", 2)):
        with CaptureQueriesContext(connection) as queries:
            client.get(named(name, number).get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


def test_the_command_imports_and_edits(db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tests.commands.running import afs, refused

    path = tmp_path / "status.json"
    path.write_text(STATUS)
    assert afs("version", "import", path) == 0
    assert "veran-cloud v2: imported, its record claimed and without weights" in capsys.readouterr().out
    assert afs("version", "show", "veran-cloud:2") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "status failed experiment" in said
    assert "final loss 0.51 (claimed)" in said
    assert "score SNES Hardware 5% of 7 (claimed)" in said
    assert "answers nobody: it has no weights here" in said
    assert afs("version", "edit", "veran-cloud:2", "--tag", "veran-v2", "--temperature", "0.2") == 0
    assert "tag, temperature changed" in capsys.readouterr().out
    version = named("veran-cloud", 2)
    assert (version.tag, version.standing, version.temperature) == ("veran-v2", "failed", 0.2)
    assert "temperature: Ensure this value" in refused(capsys, "version", "edit", "veran-cloud:2", "--temperature", "9")
    assert "does not open" in refused(capsys, "version", "import", tmp_path / "none.json")
    path.write_text("{}")
    assert "Correct it; nothing was kept" in refused(capsys, "version", "import", path)
