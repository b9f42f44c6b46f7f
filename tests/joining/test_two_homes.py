"""The whole of it between two homes on this machine: invite, join, work, revoke; as people do it, with real servers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import psutil
import psycopg

from afsweb.services.home import CHECKOUT
from afsweb.services.processes import free_port
from tests.services.conftest import Afs, directory, make_afs, wait_for
from tests.services.test_bind import outer_address

__all__ = ["directory", "make_afs"]  # fixtures

WORK = """
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import Host
job = enqueue("core.selftest", {"steps": STEPS, "pause": 0.1}, title="A job", host=Host.objects.get(name="studio"))
print(job.pk)
"""


def make_job(hub: Afs, steps: int) -> str:
    """A job that waits for the machine that joined."""
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", WORK.replace("STEPS", str(steps))]
    done = subprocess.run(command, env=hub.env, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def ask(hub: Afs, question: str) -> object:
    """The first value of the answer of the hub's Postgres."""
    with psycopg.connect(hub.state()["DATABASE_URL"], autocommit=True) as connection:
        row = connection.execute(question.encode()).fetchone()
        return row and row[0]


def state_of(hub: Afs, job: str) -> object:
    return ask(hub, f"SELECT state FROM core_job WHERE id = '{job}'")


def host_of(hub: Afs, job: str) -> object:
    return ask(hub, f"SELECT name FROM core_host WHERE id = (SELECT host_id FROM core_job WHERE id = '{job}')")


def test_a_machine_joins_works_is_revoked_and_joins_anew(make_afs: Callable[..., Afs]) -> None:
    address = outer_address()
    hub = make_afs(BIND=f"{address}:{free_port(address)}")
    studio = make_afs()
    hub.up()
    url = hub.state()["AFS_ADDRESS"]

    invited = hub.run("host", "invite", "studio")
    assert invited.returncode == 0, invited.stderr
    token = invited.stdout.split()[-1]
    joined = studio.run("join", url, token)
    assert joined.returncode == 0, joined.stderr + joined.stdout
    assert "as “studio”" in joined.stdout
    assert "FAULT    postgres" not in joined.stdout
    assert (studio.home / "host.json").stat().st_mode & 0o777 == 0o600

    assert "does not know this token" in studio.run("join", url, token).stderr
    assert "holds servers of its own" in hub.run("join", url, token).stderr
    assert f"joined the hub at {url}" in studio.run("up").stderr

    worker = studio.start("-m", "afsweb.cli", "worker", "--queues", "default,eval")
    short = make_job(hub, 3)
    wait_for(lambda: state_of(hub, short) == "succeeded", "the job")
    assert host_of(hub, short) == "studio"
    wait_for(
        lambda: ask(hub, "SELECT checked_at IS NOT NULL FROM core_host WHERE name = 'studio'"), "the doctor's look"
    )

    long = make_job(hub, 3000)
    wait_for(lambda: state_of(hub, long) == "leased", "the claim")
    children = psutil.Process(worker.pid).children(recursive=True)
    revoked = hub.run("host", "revoke", "studio", "--yes")
    assert revoked.stdout == "studio is shut out; jobs given back: 1\n", revoked.stderr
    wait_for(lambda: host_of(hub, long) not in (None, "studio"), "the claim of another host")
    psutil.wait_procs(children, timeout=90)
    assert not any(child.is_running() for child in children)

    looked = studio.run("doctor", "--queues", "default")
    assert looked.returncode == 1
    assert "FAULT    postgres" in looked.stdout and "make a new token on the Hosts page" in looked.stdout
    assert "FAULT    redis" in looked.stdout
    assert "FAULT    hub" in looked.stdout

    again = hub.run("host", "invite", "studio").stdout.split()[-1]
    assert studio.run("join", url, again).returncode == 0
    assert "FAULT    postgres" not in studio.run("doctor", "--queues", "default").stdout
    worker.terminate()
    assert worker.wait(90) == 0, studio.output()
