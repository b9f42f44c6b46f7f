"""Files between a machine and the hub: over a link that breaks a thousand times, at 1 Gbit/s, and as fast as it goes.

Run: python -m tests.benchmarks.transfer [FAULTS]

The server is gunicorn as `make run` starts it, the link a proxy of ours (tests/links.py). The control of the last bar
is a plain GET of the same file from the same server with httpx, the project's client, written and synced, not verified.
`of_bare` has no bar: it compares with a GET that is nothing but a socket read into memory and written.
"""

from __future__ import annotations

import http.client
import os
import random
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import httpx

from afsweb.storage import PART, Manifest, fetch, send, store, verify
from afsweb.storage.hub import Hub
from afsweb.storage.parts import BLOCK
from tests.benchmarks.harness import Bar, argument, hub, report
from tests.links import Plan, link, link_of_its_own
from tests.reviewing.webserver import WebServer

FAULTS = 1_000  # unless the command line says otherwise; half of them downwards, half upwards
SEED = 20_261_126
GIGABIT = 125_000_000.0  # bytes a second
LARGE = 1_000_000_000  # bytes of the file that is timed
ROUNDS = 5
HEADERS = 2_048  # bytes of one request, or of its answer, at most
Sample = dict[str, float]


def main() -> None:
    """Start a hub, break the link, time it, print one line."""
    faults = argument(FAULTS)
    with hub(), tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        web = WebServer(os.environ["DATABASE_URL"], folder / "web.log")
        web.start()
        try:
            token = join()
            broken = {way: breaking(web, token, folder, faults // 2, way) for way in ("down", "up")}
            speeds = timed(web, token, folder)
        finally:
            web.kill()
    figures = {f"{way}_{name}": figure for way, found in broken.items() for name, figure in found.items()} | speeds
    wrong = sum(found["accepted_wrong"] for found in broken.values())
    again = max(found["parts_again_per_fault"] for found in broken.values())
    bars = {
        "accepted_wrong": Bar(wrong, at_most=0),
        "parts_again_per_fault": Bar(again, at_most=1),
        "of_a_gigabit": Bar(speeds["of_a_gigabit"], at_least=0.9),
        "of_unverified": Bar(speeds["of_unverified"], at_least=0.8),
    }
    report("transfer", figures, bars)


def join() -> str:
    """The token of a machine that the hub knows."""
    from afsweb.core.host_tokens import give_token
    from afsweb.core.models import Host

    return give_token(Host.objects.create(name="bench"))


def make_files(folder: Path, turn: int) -> Path:
    """A folder of one file of 16 parts and a bit, and twenty small ones; another content each turn."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    dice = random.Random(turn)
    (folder / "weights.bin").write_bytes(dice.randbytes(16 * PART + 12_345))
    for number in range(20):
        (folder / f"{number}.json").write_bytes(dice.randbytes(1 + 5_000 * number))
    return folder


def breaking(web: WebServer, token: str, folder: Path, faults: int, way: str) -> Sample:
    """Fetch or send until so many faults were met; what was accepted, and what was sent again for each fault."""
    plan, wrong, worst, turn = Plan(SEED, faults, gap=2 * PART, upwards=way == "up"), 0, 0.0, 0
    move = carry_up if way == "up" else carry_down
    begin = time.perf_counter()
    with link(web.port, plan) as through, Hub(through.url, token) as far:
        while len(plan.met) < faults:
            met, passed = len(plan.met), (through.up if way == "up" else through.down)
            manifest, is_right = move(far, folder, turn if way == "up" else 0)
            wrong += not is_right
            met = len(plan.met) - met
            passed = (through.up if way == "up" else through.down) - passed
            requests = sum(1 + file.size // PART for file in manifest.contents) + 3 + met
            again = max(0, passed - manifest.size - requests * HEADERS)
            worst = max(worst, again / PART / met) if met else worst
            turn += 1
    shutil.rmtree(folder / "there", ignore_errors=True)
    return {
        "faults": faults,
        "transfers": turn,
        "accepted_wrong": wrong,
        "parts_again_per_fault": round(worst, 3),
        "seconds": round(time.perf_counter() - begin, 1),
    }


def carry_down(far: Hub, folder: Path, turn: int) -> tuple[Manifest, bool]:
    """Fetch the artifact into an empty store, and compare it with what was made."""
    from django.conf import settings

    from afsweb.core.artifacts import store_artifact
    from afsweb.core.models import ArtifactKind

    made = folder / "made"
    if not made.exists():
        make_files(made, turn)
        store_artifact(ArtifactKind.CHECKPOINT, "broken link", made)
    manifest = store(made, settings.ARTIFACT_DIR)
    shutil.rmtree(folder / "there", ignore_errors=True)
    return manifest, is_same(fetch(manifest.sha256, far, folder / "there"), made)


def carry_up(far: Hub, folder: Path, turn: int) -> tuple[Manifest, bool]:
    """Send new content, and compare what the hub put under its name."""
    from django.conf import settings

    from afsweb.storage import remove

    made, own = make_files(folder / "made", turn), folder / "own"
    manifest = store(made, own)
    send(manifest.sha256, own, far)
    is_right = is_same(verify(settings.ARTIFACT_DIR, manifest.sha256), made)
    for root in (settings.ARTIFACT_DIR, own):
        remove(root, manifest.sha256)
    return manifest, is_right


def is_same(one: Path, other: Path) -> bool:
    """Whether both folders hold the same files."""
    names = sorted(path.name for path in one.iterdir())
    same_names = names == sorted(path.name for path in other.iterdir())
    return same_names and all((one / name).read_bytes() == (other / name).read_bytes() for name in names)


def timed(web: WebServer, token: str, folder: Path) -> Sample:
    """How fast 1 GB comes over a link of 1 Gbit/s, and beside a plain download from the same server."""
    sha256 = store_large(folder)
    with link_of_its_own(web.port, GIGABIT) as slow:
        slow_s = min(fetching(slow, token, sha256, folder) for _ in range(2))
    ways = (fetching, downloading, reading)
    rounds = [[way(web.url, token, sha256, folder) for way in ways] for _ in range(ROUNDS)]
    ours, plain, bare = (statistics.median(times) for times in zip(*rounds, strict=True))
    return {
        "gigabit_mb_per_s": round(LARGE / slow_s / 1e6, 1),
        "of_a_gigabit": round(LARGE / slow_s / GIGABIT, 3),
        "verified_mb_per_s": round(LARGE / ours / 1e6, 1),
        "unverified_mb_per_s": round(LARGE / plain / 1e6, 1),
        "of_unverified": round(plain / ours, 3),
        "bare_mb_per_s": round(LARGE / bare / 1e6, 1),
        "of_bare": round(bare / ours, 3),
    }


def store_large(folder: Path) -> str:
    """An artifact with one file of 1 GB on the hub; its name."""
    from afsweb.core.artifacts import store_artifact
    from afsweb.core.models import ArtifactKind

    made, dice = folder / "large", random.Random(SEED)
    made.mkdir()
    with (made / "weights.bin").open("wb") as file:
        for _ in range(LARGE // 10_000_000):
            file.write(dice.randbytes(10_000_000))
    artifact = store_artifact(ArtifactKind.BASE_MODEL, "large", made)
    shutil.rmtree(made)
    return artifact.sha256


def fetching(url: str, token: str, sha256: str, folder: Path) -> float:
    """Seconds until the artifact lies verified in an empty store."""
    root = folder / "timed"
    with Hub(url, token) as far:
        begin = time.perf_counter()
        fetch(sha256, far, root)
        seconds = time.perf_counter() - begin
    shutil.rmtree(root)
    return seconds


def downloading(url: str, token: str, sha256: str, folder: Path) -> float:
    """Seconds of a plain download of the same file, synced to the disk."""
    target, headers = folder / "plain.bin", {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
    begin = time.perf_counter()
    address = f"{url}/files/{sha256}/weights.bin"
    with target.open("wb") as file, httpx.stream("GET", address, headers=headers, trust_env=False) as answer:
        for block in answer.iter_raw():
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    return ended(begin, target)


def reading(url: str, token: str, sha256: str, folder: Path) -> float:
    """Seconds of the least that a download can be: a socket read into memory, written, synced."""
    target, block = folder / "bare.bin", memoryview(bytearray(BLOCK))
    begin = time.perf_counter()
    connection = http.client.HTTPConnection(url.removeprefix("http://"))
    connection.request("GET", f"/files/{sha256}/weights.bin", headers={"Authorization": f"Bearer {token}"})
    with target.open("wb", buffering=0) as file, connection.getresponse() as answer:
        while count := answer.readinto(block):
            file.write(block[:count])
        os.fsync(file.fileno())
    connection.close()
    return ended(begin, target)


def ended(begin: float, target: Path) -> float:
    """Seconds since `begin`; the file is there to its last byte, and then it is gone."""
    seconds = time.perf_counter() - begin
    assert target.stat().st_size == LARGE
    target.unlink()
    return seconds


if __name__ == "__main__":
    main()
