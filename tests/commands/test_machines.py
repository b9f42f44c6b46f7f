"""`afs job`, `afs host`, `afs artifact`: the line, the machines that take from it, and the files they keep."""

from __future__ import annotations

from pathlib import Path

import pytest

from afsweb.core.artifacts import store_artifact
from afsweb.core.models import Artifact, ArtifactKind, Event, Host, HostState, Job, JobLog, JobState
from tests.commands.conftest import Afs
from tests.core.conftest import lease, make_host, make_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def host(db: None) -> Host:
    return make_host("here")


@pytest.fixture
def artifact(db: None, tmp_path: Path) -> Artifact:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "train.jsonl").write_text("{}\n")
    return store_artifact(ArtifactKind.SNAPSHOT, "snapshot first", tmp_path / "kept")


def newest_event() -> tuple[str, str]:
    return Event.objects.values_list("verb", "source").order_by("-pk")[0]


def test_jobs_are_listed_as_the_filters_say(afs: Afs, host: Host) -> None:
    waiting, over = make_job(), make_job(state=JobState.SUCCEEDED, queue="gpu", host=host)
    assert len(afs("job", "list").out.splitlines()) == 2
    for words in (("--state", "succeeded"), ("--queue", "gpu"), ("--host", "here")):
        assert afs("job", "list", *words).out.startswith(str(over.pk))
    assert afs("job", "list", "--kind", "core.selftest", "--state", "queued").out.startswith(str(waiting.pk))
    assert len(afs("job", "list", "--limit", "1").out.splitlines()) == 1


def test_a_job_is_shown_with_what_went_wrong(afs: Afs, host: Host) -> None:
    job = make_job(state=JobState.FAILED, error="The disk is full.", host=host, result={"written": 3})
    said = afs("job", "show", job.pk).out
    assert said.startswith("A test job\nfailed")
    assert "steps: 3" in said
    assert "result: written: 3" in said
    assert "What went wrong: The disk is full." in said


def test_a_job_is_stopped_and_retried(afs: Afs, db: None) -> None:
    job = make_job()
    assert afs("job", "stop", job.pk).out == "A test job: it stops\n"
    assert Job.objects.get().state == JobState.CANCELLED
    assert "there is nothing to stop" in afs("job", "stop", job.pk).err
    assert afs("job", "retry", job.pk).out == "A test job: in the line again\n"
    assert Job.objects.get().state == JobState.QUEUED
    assert newest_event() == ("retry", "cli")


def test_a_log_is_printed_and_cannot_command_the_terminal(afs: Afs, db: None) -> None:
    job = make_job()
    JobLog.objects.create(job=job, text="half \x1b[2J done")
    assert afs("job", "log", job.pk).out.endswith("half �[2J done\n")


def test_a_job_changes_its_place_in_the_line(afs: Afs, db: None) -> None:
    first, second = make_job(position=1), make_job(position=2)
    assert afs("job", "move", second.pk, "up").out == "A test job: has another place\n"
    assert list(Job.objects.order_by("position")) == [second, first]
    assert "no other job of its queue" in afs("job", "move", second.pk, "up").err
    assert afs("job", "move", first.pk, "top").status == 0
    assert newest_event() == ("move", "cli")


def test_a_job_gets_another_priority(afs: Afs, db: None) -> None:
    job = make_job()
    assert afs("job", "prioritise", job.pk, "7").out == "A test job: has priority 7\n"
    assert afs("job", "prioritise", job.pk, "-7").status == 0
    assert Job.objects.get().priority == -7
    for value in ("high", "101"):
        assert f"“{value}” is no priority" in afs("job", "prioritise", job.pk, value).err


def test_a_job_is_pinned_to_a_host_and_freed(afs: Afs, host: Host) -> None:
    job = make_job()
    assert afs("job", "pin", job.pk, "here").out == "A test job: waits for here\n"
    assert Job.objects.get().pinned_host == host
    assert afs("job", "pin", job.pk).out == "A test job: may run on every host\n"
    assert Job.objects.get().pinned_host is None
    assert "There is no host “there”" in afs("job", "pin", job.pk, "there").err


def test_what_does_not_wait_is_left_alone(afs: Afs, host: Host) -> None:
    job = make_job()
    lease(job, host)
    for words in (("move", job.pk, "top"), ("prioritise", job.pk, "1"), ("pin", job.pk, "here"), ("retry", job.pk)):
        assert afs("job", *words).status == 1
    assert "is not waiting any more" in afs("job", "pin", job.pk).err


@pytest.mark.parametrize("words", [("show",), ("log",), ("stop",), ("retry",), ("pin",), ("move", "up")])
def test_an_unknown_job_is_a_sentence(afs: Afs, db: None, words: tuple[str, ...]) -> None:
    said = afs("job", words[0], "00000000-0000-0000-0000-000000000000", *words[1:])
    assert (said.status, "There is no job" in said.err) == (1, True)
    assert afs("job", words[0], "nonsense", *words[1:]).status == 2


def test_hosts_are_listed_and_shown(afs: Afs, host: Host) -> None:
    running = make_job()
    lease(running, host)
    assert afs("host", "list").out.startswith("here ")
    said = afs("host", "show", "here").out
    assert said.startswith("here: active, never seen")
    assert f"runs: {running.pk}" in said


def test_a_host_is_drained_and_takes_jobs_again(afs: Afs, host: Host) -> None:
    assert "takes no more jobs; what runs on it goes on" in afs("host", "drain", "here").out
    host.refresh_from_db()
    assert host.state == HostState.DRAINING
    assert afs("host", "activate", "here").out == "here takes jobs\n"
    assert newest_event() == ("change state", "cli")
    assert "draining to active by command line" in afs("host", "show", "here").out


def test_a_revoked_host_stays_revoked(afs: Afs, db: None) -> None:
    make_host("gone", state=HostState.REVOKED)
    for verb in ("drain", "activate"):
        said = afs("host", verb, "gone")
        assert (said.status, "“gone” is revoked, so" in said.err) == (1, True)


@pytest.mark.parametrize("verb", ["show", "drain", "activate"])
def test_an_unknown_host_is_a_sentence(afs: Afs, db: None, verb: str) -> None:
    assert "There is no host “nowhere”" in afs("host", verb, "nowhere").err


def test_artifacts_are_listed_by_kind(afs: Afs, artifact: Artifact) -> None:
    row = afs("artifact", "list").out
    assert row.startswith(artifact.sha256) and row.endswith("snapshot first\n")
    assert afs("artifact", "list", "--kind", "snapshot").out == row
    assert afs("artifact", "list", "--kind", "adapter").out == ""


def test_an_artifact_is_shown_by_hash_name_or_id(afs: Afs, artifact: Artifact) -> None:
    said = afs("artifact", "show", artifact.sha256).out
    assert said == afs("artifact", "show", "snapshot first").out == afs("artifact", "show", artifact.uuid).out
    assert "1 files" in said
    assert said.endswith("train.jsonl\n")
    assert "There is no artifact “nothing”" in afs("artifact", "show", "nothing").err
