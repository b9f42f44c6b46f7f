"""The program `python -m training_app.trainer.replay BUNDLE BASE_DIR SNAPSHOT_DIR WORK_DIR`: trains a run once more.

It refuses another base model, snapshot or chat template than the bundle's, by name. Other packages, another Python or
device are named and tried: the result may then differ. Exit codes as of `program`. The last line printed is JSON:
{"sha256": of the result, "dir": where it is, "differing": [names]}.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from training_app.trainer import environment
from training_app.trainer.bundle import FORMAT
from training_app.trainer.errors import ReplayDiffers, SpecError, TrainerError
from training_app.trainer.events import EVENTS
from training_app.trainer.files import folder_sha256, write_json
from training_app.trainer.program import main as train

USAGE = "usage: python -m training_app.trainer.replay BUNDLE BASE_DIR SNAPSHOT_DIR WORK_DIR"


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, train, say what came of it; return the exit code."""
    given = [Path(one).resolve() for one in (sys.argv[1:] if arguments is None else arguments)]
    if len(given) != 4:
        print(USAGE, file=sys.stderr)
        return 2
    path, base, snapshot, work = given
    try:
        bundle = _read(path)
        _refuse_other_data(bundle["hashes"], base, snapshot)
    except TrainerError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    differing = differences(bundle)
    for line in differing:
        print(f"differs: {line}", file=sys.stderr)
    code = train([str(_write_spec(bundle["spec"], base, snapshot, work))])
    if code == 0:
        print(json.dumps({**_result(work), "differing": differing}))
    return code


def differences(bundle: Mapping[str, Any]) -> list[str]:
    """What of this interpreter and machine is not as the bundle says, a line each."""
    here = {"python": environment.versions()["python"], "device": environment.device_name()}
    now = {**environment.packages(), **here, "driver": environment.driver()}
    then = {**bundle["packages"], **{name: bundle[name] for name in ("python", "device", "driver")}}
    names = sorted(name for name in now.keys() | then.keys() if now.get(name) != then.get(name))
    return [f"{name}: {then.get(name) or 'absent'} then, {now.get(name) or 'absent'} now" for name in names]


def _read(path: Path) -> dict[str, Any]:
    try:
        bundle: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if bundle["format"] != FORMAT or not {"spec", "hashes", "packages"} <= set(bundle):
            raise KeyError("format")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SpecError(path=path, problem=f"it is no bundle of a run ({error})") from None
    return bundle


def _refuse_other_data(hashes: Mapping[str, str], base: Path, snapshot: Path) -> None:
    """The template is one of the base's files. Raises `ReplayDiffers`."""
    found = {"base_sha256": folder_sha256(base), "snapshot_sha256": folder_sha256(snapshot)}
    wrong = [f"{name.removesuffix('_sha256')} {sha256[:12]}, but {hashes.get(name, '')[:12]} was trained"
             for name, sha256 in found.items() if sha256 != hashes.get(name)]  # fmt: skip
    if wrong:
        raise ReplayDiffers(differing="; ".join(wrong))


def _write_spec(spec: Mapping[str, Any], base: Path, snapshot: Path, work: Path) -> Path:
    here = {"base_dir": str(base), "snapshot_dir": str(snapshot), "work_dir": str(work)}
    work.mkdir(parents=True, exist_ok=True)
    path = work / "spec.json"
    write_json(path, {**spec, **here, "watch_stdin": False, "resume": True})
    return path


def _result(work: Path) -> dict[str, str]:
    last = json.loads((work / EVENTS).read_text(encoding="utf-8").splitlines()[-1])
    return {"sha256": last["sha256"], "dir": last.get("adapter_dir") or last["weights_dir"]}


if __name__ == "__main__":
    raise SystemExit(main())
