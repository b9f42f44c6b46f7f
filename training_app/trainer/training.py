"""One training with trl and peft, from spec to result. The heavy libraries are imported inside the functions."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from training_app.trainer import environment, ranks, unsloth
from training_app.trainer.answering import Answerer, Text
from training_app.trainer.bundle import BUNDLE, write_bundle
from training_app.trainer.checkpoints import Sealed, clear_aside
from training_app.trainer.data import Data, load_data
from training_app.trainer.dpo import build_dpo
from training_app.trainer.ending import end
from training_app.trainer.events import EventLog
from training_app.trainer.files import folder_sha256
from training_app.trainer.follow import Follower, Following, as_callback
from training_app.trainer.loading import keep_single_precision, load_base
from training_app.trainer.pairs import PairData
from training_app.trainer.resuming import newest_checkpoint, refuse_other_run
from training_app.trainer.room import Room, expected_bytes
from training_app.trainer.sampling import Sampler
from training_app.trainer.sft import build_sft
from training_app.trainer.spec import TrainSpec
from training_app.trainer.standing import Standing, read_standing
from training_app.trainer.stop import StopSignal
from training_app.trainer.trackers import TENSORBOARD, begin_after, prepare_trackers, report_to


def train(spec: TrainSpec, events: EventLog) -> None:
    """Train until the last step, until it stops early or is asked to stop; the last event is `finished` or `stopped`.

    Raises a `TrainerError` for what a person can put right.
    """
    began = time.monotonic()
    stop = StopSignal(spec.work, watch_stdin=spec.watch_stdin)
    sealed = _gather(spec, events)
    data = load_data(spec)
    hashes = {"base_sha256": folder_sha256(spec.base), **data.hashes}
    identity = {**spec.identity(), **hashes}
    refuse_other_run(sealed, identity)
    if ranks.any_says(stop.asked()):
        events.write("stopped", step=sealed.step if sealed else 0, seconds=_since(began))
        return
    trainer = _build(spec, data, _trackers(spec, events, sealed))
    if ranks.is_first() and (sealed is None or not (spec.work / BUNDLE).exists()):
        write_bundle(spec, hashes, trainer.train_dataset)
    following = Following(spec, identity, events, stop.asked, _room(spec, trainer, sealed))
    following.standing = read_standing(sealed.folder) if sealed else Standing()
    following.ask = _ask(spec, data, trainer)
    follower = Follower(following)
    resumed = {"resumed_from": sealed.step if sealed else None}
    follower.started = {**_describe(trainer.model, data, spec.backend), **hashes, **resumed}
    trainer.add_callback(as_callback(follower))
    if not following.standing.ended:
        with Sampler(events) if ranks.is_first() else nullcontext():
            trainer.train(resume_from_checkpoint=str(sealed.folder) if sealed else None)
    end(trainer, following, sealed, _since(began))


def _gather(spec: TrainSpec, events: EventLog) -> Sealed | None:
    """Find the other processes, if there are any, and load the libraries; where to go on from."""
    environment.prepare(spec.threads, devices=spec.devices)
    prepare_trackers(spec.work)
    ranks.join(spec.devices)
    if ranks.is_first():
        clear_aside(spec.work)
    ranks.meet()
    sealed = newest_checkpoint(spec, events)
    environment.load_libraries(spec.backend)
    return sealed


def _trackers(spec: TrainSpec, events: EventLog, sealed: Sealed | None) -> list[str]:
    """What the library reports to; of several processes it does so in the first."""
    trackers = report_to(spec.trackers, lambda text: events.write("note", text=text))
    if TENSORBOARD in trackers and ranks.is_first():
        begin_after(sealed.step if sealed else 0, spec.work)
    return trackers


def _build(spec: TrainSpec, data: Data | PairData, trackers: list[str]) -> Any:
    """trl's trainer of the objective, ready to run."""
    import torch
    from transformers import PrinterCallback, set_seed

    torch.set_num_threads(spec.threads)
    # The Trainer seeds itself too late for the adapter's first weights.
    set_seed(spec.seed)
    model = unsloth.load(spec) if spec.backend == "unsloth" else load_base(spec)
    build: Any = build_dpo if isinstance(data, PairData) else build_sft
    trainer = build(spec, data, model, trackers)
    # unsloth's layers take what those before them give, so modules_to_save stay as it has made them.
    keep_single_precision(trainer.model, "lora_" if spec.backend == "unsloth" else "")
    trainer.remove_callback(PrinterCallback)
    return trainer


def _room(spec: TrainSpec, trainer: Any, sealed: Sealed | None) -> Room:
    """Checked once before the first step. Raises `NoRoom`."""
    room = Room(spec.work, sealed.size_bytes if sealed else expected_bytes(trainer.model))
    room.check()
    return room


def _ask(spec: TrainSpec, data: Data | PairData, trainer: Any) -> Callable[[], list[Text]] | None:
    """What answers the validation questions with the model as it is, in the precision of the training."""
    if not data.questions:
        return None
    answerer = Answerer(spec, data.tokenizer, data.questions)

    def ask() -> list[Text]:
        with trainer.accelerator.autocast():
            return answerer.ask(trainer.model)

    return ask


def _describe(model: Any, data: Data | PairData, backend: str) -> dict[str, object]:
    sizes = [(parameter.numel(), parameter.requires_grad) for parameter in model.parameters()]
    return {
        "versions": environment.versions(backend),
        "device": environment.device_name(),
        "attention": model.config._attn_implementation,
        "trainable_parameters": sum(size for size, trainable in sizes if trainable),
        "total_parameters": sum(size for size, _ in sizes),
        **data.counts(),
    }


def _since(began: float) -> float:
    return round(time.monotonic() - began, 3)
