"""An export is deleted by who made it and by admins: its row and its files go, a line of history stays."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from afsweb.core.artifacts import ArtifactDropped, artifact_path, drop_artifact, hold_artifact, store_artifact
from afsweb.core.jobs.actions import Actor, retry
from afsweb.core.jobs.errors import RetryRefused
from afsweb.core.models import Artifact, Event, EventSource, JobState, Role, User
from datasets_app.exchange import exports
from datasets_app.exchange.deleting import delete_export
from datasets_app.exchange.errors import ExportBusy, NotYourExport
from datasets_app.exchange.exports import start_export
from datasets_app.exchange.formats import FORMATS
from datasets_app.models import Export, Sample
from tests.conftest import make_user
from tests.datasets.conftest import run_job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]
ClientAs = Callable[[Any], Client]


@pytest.fixture
def maker(db: None) -> User:
    return make_user(Role.TRAINER)


@pytest.fixture
def export(maker: User, samples: list[Sample]) -> Export:
    return written(maker)


def written(by: User | None, form: str = "jsonl") -> Export:
    export = start_export("My samples", FORMATS[form], query={}, by=by)
    assert export.job is not None
    assert run_job(export.job).state == JobState.SUCCEEDED
    export.refresh_from_db()
    return export


def delete(client: Client, export: Export) -> str:
    return client.post(reverse("delete_export", args=[export.uuid]), follow=True).content.decode()


def stored() -> int:
    return sum(1 for _ in settings.ARTIFACT_DIR.glob("??/*/manifest.json"))


def test_who_made_it_deletes_it_with_its_files(client_as: ClientAs, maker: User, export: Export) -> None:
    client = client_as(maker)
    assert "Its files go with it" in client.get(export.get_absolute_url()).content.decode()
    assert stored() == 1
    said = delete(client, export)
    assert "“My samples” was deleted." in said and "Exports are samples written as a file" in said
    assert (Export.objects.count(), Artifact.objects.filter(kind="export").count(), stored()) == (0, 0, 0)
    assert Sample.objects.count() == 5
    line = Event.objects.get(verb="delete")
    assert (line.object_id, line.actor, line.source) == (export.pk, maker, EventSource.UI)
    assert line.before["name"] == "My samples" and len(line.before["sha256"]) == 64


def test_an_admin_deletes_what_anybody_made(client_as: ClientAs, export: Export) -> None:
    assert "was deleted" in delete(client_as(Role.ADMIN), export)
    assert not Export.objects.exists()


def test_another_trainer_deletes_nothing(client_as: ClientAs, export: Export) -> None:
    client = client_as(User.objects.create(username="another", role=Role.TRAINER))
    assert "Delete it" not in client.get(export.get_absolute_url()).content.decode()
    assert "Only a-trainer or an admin deletes “My samples”" in delete(client, export)
    assert (Export.objects.count(), stored()) == (1, 1)


def test_what_nobody_made_only_an_admin_deletes(maker: User, samples: list[Sample]) -> None:
    export = written(None)
    with pytest.raises(NotYourExport, match="Only an admin"):
        delete_export(export, by=maker)
    assert delete_export(export, by=None, via=EventSource.CLI)


def test_while_a_job_writes_it_that_is_said(client_as: ClientAs, maker: User) -> None:
    export = start_export("My samples", FORMATS["csv"], query={}, by=maker)
    client = client_as(maker)
    assert "Delete it" not in client.get(export.get_absolute_url()).content.decode()
    assert "“My samples” is being written. Wait until its job has ended" in delete(client, export)
    with pytest.raises(ExportBusy):
        delete_export(export, by=None)
    assert Export.objects.exists() and not Event.objects.filter(verb="delete").exists()


def test_one_that_was_never_written_is_deleted(client_as: ClientAs, maker: User) -> None:
    export = start_export("My samples", FORMATS["csv"], query={}, by=maker)
    assert export.job is not None
    type(export.job).objects.update(state=JobState.FAILED, finished_at=Now())
    assert "It has no files" in client_as(maker).get(export.get_absolute_url()).content.decode()
    delete_export(export, by=maker)
    export.job.refresh_from_db()
    with pytest.raises(RetryRefused, match="The export was deleted"):
        retry(export.job, Actor(maker))


def test_a_job_that_finds_its_export_deleted_writes_nothing(maker: User) -> None:
    export = start_export("My samples", FORMATS["csv"], query={}, by=maker)
    assert export.job is not None
    Export.objects.all().delete()
    assert run_job(export.job).state == JobState.SUCCEEDED
    assert (Export.objects.count(), stored()) == (0, 0)


def test_files_that_another_export_has_as_well_stay(client_as: ClientAs, maker: User, export: Export) -> None:
    twin = written(maker)
    assert twin.artifact == export.artifact
    assert "Its files stay, for something else has the same" in delete(client_as(maker), export)
    assert twin.artifact and artifact_path(twin.artifact)
    assert "“My samples” was deleted.</" in delete(client_as(maker), twin)
    assert stored() == 0


def test_a_job_whose_files_were_dropped_meanwhile_keeps_nothing(
    maker: User, export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin = start_export("My samples", FORMATS["jsonl"], query={}, by=maker)

    def store_and_lose(*given: Any) -> Artifact:
        artifact = store_artifact(*given)
        delete_export(export, by=maker)
        return artifact

    monkeypatch.setattr(exports, "store_artifact", store_and_lose)
    assert twin.job is not None
    job = run_job(twin.job)
    assert (job.state, "Run the job again" in job.error) == (JobState.FAILED, True)
    monkeypatch.undo()
    retry(job, Actor(maker))
    run_job(job)
    twin.refresh_from_db()
    assert (twin.state, stored()) == ("ready", 1)


def test_deleting_twice_is_deleting_once(maker: User, export: Export) -> None:
    assert delete_export(export, by=maker) and delete_export(export, by=maker)
    assert Event.objects.filter(verb="delete").count() == 1


def test_an_artifact_is_dropped_once(maker: User, export: Export) -> None:
    artifact = export.artifact
    assert artifact is not None
    assert not drop_artifact(artifact) and stored() == 1
    Export.objects.all().delete()
    hold_artifact(artifact)
    assert drop_artifact(artifact) and not drop_artifact(artifact)
    with pytest.raises(ArtifactDropped):
        hold_artifact(artifact)


def test_the_navigation_leads_to_the_exports(client_as: ClientAs) -> None:
    page = client_as(Role.VIEWER).get(reverse("list_samples")).content.decode()
    assert f'href="{reverse("list_exports")}"' in page


@pytest.mark.django_db(transaction=True)
def test_whoever_deletes_while_a_purge_holds_the_table_waits_for_it(maker: User) -> None:
    export = written(maker)
    done: list[bool] = []

    def delete_elsewhere() -> None:
        done.append(delete_export(export, by=maker))
        connection.close()

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE datasets_export IN SHARE ROW EXCLUSIVE MODE")
        other = threading.Thread(target=delete_elsewhere)
        other.start()
        other.join(0.5)
        assert not done
        Export.objects.update(error="purged")
    other.join(10)
    assert done == [True] and not Export.objects.exists()
