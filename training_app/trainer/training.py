"""One LoRA training with trl and peft, from spec to adapter. The heavy libraries are imported inside the functions."""

from __future__ import annotations

import json
import shutil
import time
from typing import Any

from training_app.trainer import environment
from training_app.trainer.adapter import ADAPTER, save_adapter
from training_app.trainer.checkpoints import ASIDE, Sealed, clear_aside, latest_sealed
from training_app.trainer.data import Data, load_data
from training_app.trainer.errors import AnotherRunsCheckpoint, BaseUnreadable, NoSuchLayers, WorkDirHoldsARun
from training_app.trainer.events import EventLog
from training_app.trainer.files import folder_sha256
from training_app.trainer.follow import Follower, as_callback
from training_app.trainer.order import step_count
from training_app.trainer.spec import TrainSpec
from training_app.trainer.stop import StopSignal


def train(spec: TrainSpec, events: EventLog) -> None:
    """Train until the last step or until asked to stop; the last event is `finished` or `stopped`.

    Raises a `TrainerError` for what a person can put right.
    """
    began = time.monotonic()
    stop = StopSignal(spec.work, watch_stdin=spec.watch_stdin)
    clear_aside(spec.work)
    sealed = _checkpoint(spec, events)
    environment.prepare(spec.threads)
    data = load_data(spec)
    hashes = {"base_sha256": folder_sha256(spec.base), **data.hashes}
    identity = {**spec.identity(), **hashes}
    _refuse_other_run(sealed, identity)
    if stop.asked():
        events.write("stopped", step=sealed.step if sealed else 0, seconds=_since(began))
        return
    trainer = _build(spec, data, _load_base(spec))
    follower = Follower(spec, identity, events, stop.asked)
    follower.started = {**_describe(trainer.model, data), **hashes, "resumed_from": sealed.step if sealed else None}
    trainer.add_callback(as_callback(follower))
    trainer.train(resume_from_checkpoint=str(sealed.folder) if sealed else None)
    _end(trainer, spec, events, _since(began))


def _checkpoint(spec: TrainSpec, events: EventLog) -> Sealed | None:
    """The newest whole checkpoint to go on from. Raises `WorkDirHoldsARun` when there is one but `resume` is off."""
    sealed = latest_sealed(spec.work, on_damage=lambda text: events.write("note", text=text))
    if sealed and not spec.resume:
        raise WorkDirHoldsARun(path=spec.work)
    return sealed


def _refuse_other_run(sealed: Sealed | None, identity: dict[str, object]) -> None:
    if sealed:
        now = json.loads(json.dumps(identity))
        differing = sorted(name for name in now | sealed.identity if now.get(name) != sealed.identity.get(name))
        if differing:
            raise AnotherRunsCheckpoint(step=sealed.step, differing=", ".join(differing))


def _build(spec: TrainSpec, data: Data, model: Any) -> Any:
    import torch
    from peft import LoraConfig
    from transformers import PrinterCallback
    from trl import SFTTrainer

    torch.set_num_threads(spec.threads)
    trainer = SFTTrainer(
        model=model,
        args=_config(spec, data),
        train_dataset=data.train_set(spec),
        eval_dataset=data.validation_set(),
        processing_class=data.tokenizer,
        peft_config=LoraConfig(
            r=spec.rank,
            lora_alpha=spec.alpha,
            lora_dropout=spec.dropout,
            target_modules=list(spec.target_modules) or "all-linear",
            modules_to_save=list(spec.modules_to_save) or None,
            task_type="CAUSAL_LM",
        ),
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


def _refuse_unknown_layers(spec: TrainSpec, model: Any) -> None:
    layers = {name.rpartition(".")[2] for name, _ in model.named_modules()}
    unknown = [name for name in (*spec.target_modules, *spec.modules_to_save) if name not in layers]
    if unknown:
        raise NoSuchLayers(names=", ".join(unknown))


def _load_base(spec: TrainSpec) -> Any:
    """The base's weights. Raises `BaseUnreadable`; `NoSuchLayers` when it lacks those to train."""
    import torch
    from transformers import AutoModelForCausalLM

    environment.hide_progress_bars()
    try:
        model = AutoModelForCausalLM.from_pretrained(
            spec.base_dir,
            dtype=torch.bfloat16 if environment.has_bf16() else torch.float32,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
        )
    except (OSError, ValueError, KeyError) as error:
        raise BaseUnreadable(path=spec.base, problem=f"its weights do not load ({error})") from None
    _refuse_unknown_layers(spec, model)
    return model


def _config(spec: TrainSpec, data: Data) -> Any:
    from trl import SFTConfig

    on_cpu = environment.device() == "cpu"
    evaluates = bool(data.validation and spec.eval_every)
    return SFTConfig(
        output_dir=str(spec.work / ASIDE),
        max_steps=step_count(spec, len(data.train)),
        per_device_train_batch_size=spec.batch_size,
        per_device_eval_batch_size=spec.batch_size,
        gradient_accumulation_steps=spec.gradient_accumulation,
        learning_rate=spec.learning_rate,
        lr_scheduler_type=spec.scheduler,
        warmup_steps=spec.warmup_steps,
        seed=spec.seed,
        train_sampling_strategy="sequential",
        logging_steps=1,
        # Otherwise the library shows the last good loss where the true one is no number.
        logging_nan_inf_filter=False,
        save_strategy="steps",
        save_steps=spec.save_every,
        eval_strategy="steps" if evaluates else "no",
        eval_steps=spec.eval_every if evaluates else None,
        prediction_loss_only=True,
        use_cpu=on_cpu,
        bf16=environment.has_bf16(),
        dataloader_pin_memory=not on_cpu,
        # It trades time for GPU memory; on the CPU it only costs time.
        gradient_checkpointing=not on_cpu,
        # The rows come as checked tokens and labels: trl must neither cut nor mask them again.
        max_length=None,
        dataset_kwargs={"skip_prepare_dataset": True},
        report_to="none",
        disable_tqdm=True,
    )


def _describe(model: Any, data: Data) -> dict[str, object]:
    sizes = [(parameter.numel(), parameter.requires_grad) for parameter in model.parameters()]
    return {
        "versions": environment.versions(),
        "device": environment.device_name(),
        "trainable_parameters": sum(size for size, trainable in sizes if trainable),
        "total_parameters": sum(size for size, _ in sizes),
        **data.counts(),
    }


def _end(trainer: Any, spec: TrainSpec, events: EventLog, seconds: float) -> None:
    step, last = trainer.state.global_step, trainer.state.max_steps
    if step < last:
        events.write("stopped", step=step, seconds=seconds)
    else:
        sha256 = save_adapter(trainer.model, spec.work, spec.base_id)
        shutil.rmtree(spec.work / ASIDE, ignore_errors=True)
        events.write("finished", step=step, adapter_dir=ADAPTER, sha256=sha256, seconds=seconds)
    events.sync()


def _since(began: float) -> float:
    return round(time.monotonic() - began, 3)
