"""What following costs a training: milliseconds of each step, and tokens/s beside a bare script of the same library.

Run: python -m tests.benchmarks.callback [PAIRS] [--device cuda] [--backend unsloth] [--python ITS_INTERPRETER]. The
callbacks write real events. The pairs alternate on a tiny base with equal rows, order and settings; both are timed from
the end of the first step to that of the last, so that loading counts for none. Other work on the machine spoils the
second figure. `make bench-gpu` runs it on a card.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any

from afsweb.services.home import CHECKOUT
from tests.benchmarks.harness import Bar, report

PAIRS, STEPS, BATCH, SEED = 5, 60, 16, 1
CALLBACK_MS, TAX = 0.5, 0.98
TRAINER = os.environ.get("AFS_TRAINER_PYTHON") or str(CHECKOUT / ".venv-train" / "bin" / "python")
# What somebody writes who has no launcher: the same model, rows in the same order, adapter and settings.
BARE = """
import json, os, sys, time, torch
base, rows, out = sys.argv[1], json.load(open(sys.argv[2])), sys.argv[3]
steps, batch, backend, on_cpu = int(sys.argv[4]), int(sys.argv[5]), sys.argv[6], sys.argv[7] == "cpu"
if backend == "unsloth":
    from unsloth import FastLanguageModel
from datasets import Dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import SFTConfig, SFTTrainer

torch.set_num_threads(1)
bf16 = not on_cpu and torch.cuda.is_bf16_supported()
dtype = torch.float32 if on_cpu else torch.bfloat16 if bf16 else torch.float16
peft_config = LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM")
if backend == "unsloth":
    model, _ = FastLanguageModel.from_pretrained(base, max_seq_length=512, dtype=None, load_in_4bit=False)
    model = FastLanguageModel.get_peft_model(model, r=16, lora_alpha=32, random_state=1, max_seq_length=512,
        use_gradient_checkpointing="unsloth")
    peft_config = None
else:
    model = AutoModelForCausalLM.from_pretrained(base, dtype=dtype)

class Clock(TrainerCallback):
    def on_step_end(self, args, state, control, **kwargs):
        times.append(time.perf_counter())

times = []
trainer = SFTTrainer(
    model=model,
    args=SFTConfig(output_dir=out, max_steps=steps, per_device_train_batch_size=batch, learning_rate=2e-4,
        lr_scheduler_type="cosine", warmup_steps=0, seed=1, train_sampling_strategy="sequential", logging_steps=1,
        save_strategy="no", use_cpu=on_cpu, bf16=bf16, fp16=not (on_cpu or bf16), dataloader_pin_memory=not on_cpu,
        gradient_checkpointing=not on_cpu,
        max_length=None, dataset_kwargs={"skip_prepare_dataset": True}, report_to="none", disable_tqdm=True),
    train_dataset=Dataset.from_dict(rows),
    processing_class=AutoTokenizer.from_pretrained(base),
    peft_config=peft_config,
    callbacks=[Clock()],
)
trainer.train()
print(json.dumps(times[-1] - times[0]))
"""
# The rows of a spec as the trainer itself has them: their tokens in the order of the steps.
ROWS = """
import json, sys
from pathlib import Path
from training_app.trainer import environment
from training_app.trainer.spec import load_spec
spec = load_spec(Path(sys.argv[1]))
environment.prepare(1)
from training_app.trainer.data import load_data
chosen = load_data(spec).train_set(spec)
print(json.dumps({"input_ids": list(chosen["input_ids"]), "labels": list(chosen["labels"])}))
"""


@dataclass(frozen=True)
class Place:
    """Where both train: the backend, the interpreter that has it, and its device, cpu or cuda."""

    backend: str
    python: str
    device: str

    def run(self, *arguments: str) -> str:
        """What the interpreter prints."""
        env = {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(CHECKOUT),
            "OMP_NUM_THREADS": "1",
            "OMP_WAIT_POLICY": "PASSIVE",
        }
        env |= {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "TRANSFORMERS_VERBOSITY": "error"}
        env |= {name: os.environ[name] for name in ("HOME", "LD_LIBRARY_PATH") if name in os.environ}
        env |= {"CUDA_VISIBLE_DEVICES": "" if self.device == "cpu" else "0"}
        done = subprocess.run([self.python, *arguments], env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout


def main() -> None:
    """Measure both, and print one line."""
    pairs, place = asked()
    folder = Path(tempfile.mkdtemp())
    try:
        milliseconds = callback_ms(folder)
        shares = race(folder, pairs, place)
    finally:
        shutil.rmtree(folder)
    tax = round(median(shares), 4)
    report(
        "callback" if place == HERE else f"callback-{place.backend}-{place.device}",
        {"pairs": pairs, "lowest": round(min(shares), 4), "highest": round(max(shares), 4)},
        {"callback_ms": Bar(round(milliseconds, 4), at_most=CALLBACK_MS), "tax": Bar(tax, at_least=TAX)},
    )


HERE = Place("trl", TRAINER, "cpu")


def asked() -> tuple[int, Place]:
    """The pairs and the place that the command line gives."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pairs", nargs="?", type=int, default=PAIRS)
    parser.add_argument("--backend", choices=["trl", "unsloth"], default=HERE.backend)
    parser.add_argument("--python", default=HERE.python)
    parser.add_argument("--device", choices=["cpu", "cuda"], default=HERE.device)
    given = parser.parse_args()
    return max(1, given.pairs), Place(given.backend, given.python, given.device)


def callback_ms(folder: Path, steps: int = 5000) -> float:
    """The median of what the callbacks of one step take."""
    from training_app.trainer.events import EventLog
    from training_app.trainer.follow import Follower, Following
    from training_app.trainer.room import Room
    from training_app.trainer.stop import StopSignal

    events = EventLog(folder / "events.jsonl")
    spec: Any = SimpleNamespace(work=folder, warmup_steps=10, warmup_ratio=None)
    stop = StopSignal(folder, watch_stdin=False)
    follower = Follower(Following(spec, {}, events, stop.asked, Room(folder, 0)))
    logs = {"loss": 1.5, "learning_rate": 1e-4, "grad_norm": 0.5, "mean_token_accuracy": 0.5, "num_tokens": 0.0}
    control, arguments, taken = SimpleNamespace(should_save=False), SimpleNamespace(fp16=False), []
    for step in range(1, steps + 1):
        logs["num_tokens"] += 512
        state, began = SimpleNamespace(global_step=step, max_steps=steps), time.perf_counter()
        follower.on_step_begin(arguments, state, control)
        follower.on_step_end(arguments, state, control)
        follower.on_log(arguments, state, control, logs)
        taken.append((time.perf_counter() - began) * 1000)
    events.close()
    return median(taken)


def race(folder: Path, pairs: int, place: Place) -> list[float]:
    """Of each pair: our tokens/s by the bare script's."""
    spec, rows = prepare(folder, place)
    shares = []
    for number in range(pairs):
        first, second = (run_ours, run_bare) if number % 2 else (run_bare, run_ours)
        seconds = {runner.__name__: runner(folder / str(number), spec, rows, place) for runner in (first, second)}
        shares.append(seconds["run_bare"] / seconds["run_ours"])
        print(f"# pair {number + 1}: {seconds}, {shares[-1]:.3f}", file=sys.stderr, flush=True)
    return shares


def prepare(folder: Path, place: Place) -> tuple[dict[str, object], Path]:
    """The spec of ours, and the rows of both."""
    (folder / "data").mkdir()
    (folder / "data" / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in conversations()))
    tiny = {"rows_file": str(folder / "data" / "train.jsonl"), "out_dir": str(folder / "base")}
    (folder / "tiny.json").write_text(json.dumps(tiny))
    place.run("-m", "training_app.trainer.tiny_base", str(folder / "tiny.json"))
    spec = {
        "run_id": "ours", "work_dir": str(folder / "none"), "base_dir": str(folder / "base"), "base_id": "afsweb/tiny",
        "snapshot_dir": str(folder / "data"), "max_steps": STEPS, "batch_size": BATCH, "max_length": 512, "seed": SEED,
        "save_every": 10 * STEPS, "eval_every": 0, "learning_rate": 2e-4, "threads": 1,
        "backend": place.backend,
    }  # fmt: skip
    (folder / "spec.json").write_text(json.dumps(spec))
    (folder / "rows.json").write_text(place.run("-c", ROWS, str(folder / "spec.json")))
    return spec, folder / "rows.json"


def conversations() -> list[dict[str, object]]:
    """Rows of some 200 tokens."""
    asked = [f"Which register is at ${number:04X}? " * 6 for number in range(64)]
    answer = {"role": "assistant", "content": "INIDISP sets it. " * 12}
    return [{"messages": [{"role": "user", "content": question}, answer]} for question in asked]


def run_ours(folder: Path, spec: dict[str, object], _rows: Path, place: Place) -> float:
    """Seconds of the steps after the first, by the events' own times."""
    path = folder.with_suffix(".json")
    path.write_text(json.dumps({**spec, "work_dir": str(folder)}))
    place.run("-m", "training_app.trainer", str(path))
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    at = [datetime.fromisoformat(event["at"]) for event in events if event["type"] == "log"]
    assert len(at) == STEPS
    return (at[-1] - at[0]).total_seconds()


def run_bare(folder: Path, spec: dict[str, object], rows: Path, place: Place) -> float:
    """Seconds of the steps after the first, by its own clock."""
    how = (str(STEPS), str(BATCH), place.backend, place.device)
    said = place.run("-c", BARE, str(spec["base_dir"]), str(rows), f"{folder}-bare", *how)
    return float(said.splitlines()[-1])


if __name__ == "__main__":
    main()
