"""What `afs` says and refuses while it runs, and while it does not."""

from __future__ import annotations

import subprocess

from tests.services.conftest import Afs, answers


def test_second_supervisor_is_refused_with_the_address(shared_afs: Afs) -> None:
    address, pid = shared_afs.state()["AFS_ADDRESS"], shared_afs.supervisors[0].pid
    second = shared_afs.run("up")
    assert second.returncode == 1
    assert f"already runs for {shared_afs.home} at {address} (process {pid})" in second.stderr
    assert answers(address)


def test_status_lists_what_runs(shared_afs: Afs) -> None:
    shown = shared_afs.run("status")
    assert shown.returncode == 0
    assert all(name in shown.stdout for name in ("postgres", "valkey", "web", "worker-short", "worker-long"))
    assert shared_afs.state()["AFS_ADDRESS"] in shown.stdout


def test_status_and_stop_say_plainly_that_nothing_runs(afs: Afs) -> None:
    for command in ("status", "stop"):
        done = afs.run(command)
        assert done.returncode == 1
        assert done.stderr == f"afs: No afsweb runs for {afs.home}: start it with `make run`.\n"


def test_commands_of_an_app_need_a_running_database(afs: Afs) -> None:
    refused = afs.run("user", "list")
    assert refused.returncode == 1
    assert refused.stderr == f"afs: No afsweb runs for {afs.home}: start it with `make run`.\n"


def test_secrets_are_in_no_readable_file_and_no_process_list(shared_afs: Afs) -> None:
    kept = list((shared_afs.home / "secrets").iterdir())
    files = [shared_afs.home / "run.json", shared_afs.home / "valkey" / "valkey.conf", *kept]
    assert {path.name for path in kept} == {"postgres", "valkey", "afs_secret_key", "afs_field_key"}
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o600"}
    shown = subprocess.run(["ps", "axww", "-o", "args"], capture_output=True, text=True).stdout
    assert str(shared_afs.home) in shown
    assert not any(path.read_text() in shown for path in kept)
