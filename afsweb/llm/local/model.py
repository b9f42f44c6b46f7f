"""Weights from a folder, and batches of questions answered with them. The heavy libraries are imported inside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from afsweb.llm.local.protocol import (
    IGNORED,
    Answer,
    Loss,
    Question,
    Request,
    Row,
    conversation_problem,
)


class ModelRefused(Exception):
    """A folder cannot be used as a model; the text is a sentence."""


class LoadedModel:
    """A causal language model with its tokenizer, in memory, on the GPU where there is one."""

    def __init__(self, model: Any, tokenizer: Any, stops: set[int]) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._stops = stops
        self._context = int(model.config.max_position_embeddings)

    @property
    def device(self) -> str:
        return str(self._model.device)

    def answer(self, request: Request) -> list[Answer]:
        """One answer for each question, in their order. A question that cannot be asked gets an `error`, alone."""
        prompts = [self._prompt(question, request.max_new_tokens) for question in request.batch]
        outputs = iter(self._generate([prompt for prompt in prompts if isinstance(prompt, list)], request))
        return [
            self._read(question, prompt, next(outputs))
            if isinstance(prompt, list)
            else Answer(key=question["key"], error=prompt)
            for question, prompt in zip(request.batch, prompts, strict=True)
        ]

    def loss(self, row: Row) -> Loss:
        """The row's cross entropy, summed over what counts: each token is predicted from all before it.

        A row that is longer than the context, or in which nothing counts, gets an `error`.
        """
        import torch
        from torch.nn.functional import cross_entropy

        tokens = sum(label != IGNORED for label in row.labels[1:])
        if len(row.ids) > self._context:
            return Loss(key=row.key, error=f"The row's {len(row.ids)} tokens exceed the context of {self._context}.")
        if not tokens:
            return Loss(key=row.key, error="Nothing in the row counts.")
        device = self._model.device
        with torch.inference_mode():
            logits = self._model(input_ids=torch.tensor([row.ids], device=device)).logits[0, :-1].float()
            labels = torch.tensor(row.labels[1:], device=device)
            nats = cross_entropy(logits, labels, ignore_index=IGNORED, reduction="sum")
        return Loss(key=row.key, nats=float(nats), tokens=tokens)

    def _prompt(self, question: Question, max_new_tokens: int) -> list[int] | str:
        """The prompt's token ids, or a sentence saying why there are none."""
        from jinja2 import TemplateError

        problem = conversation_problem(question["messages"])
        if problem:
            return problem
        try:
            encoded = self._tokenizer.apply_chat_template(
                question["messages"], add_generation_prompt=True, tokenize=True, return_dict=True
            )
        except (TemplateError, ValueError, TypeError) as error:
            return f"The model's chat template refuses these messages: {error}."
        ids = list(encoded["input_ids"])
        if len(ids) + max_new_tokens > self._context:
            return (
                f"The prompt's {len(ids)} tokens and {max_new_tokens} new ones exceed the context of {self._context}."
            )
        return ids

    def _generate(self, prompts: Sequence[list[int]], request: Request) -> list[list[int]]:
        """The new token ids for each prompt, stop and padding tokens still at the end."""
        import torch

        if not prompts:
            return []
        torch.manual_seed(request.seed)
        batch = self._tokenizer.pad({"input_ids": list(prompts)}, padding_side="left", return_tensors="pt")
        sampling = {"do_sample": True, "temperature": request.temperature} if request.temperature else {}
        with torch.inference_mode():
            output = self._model.generate(
                **batch.to(self._model.device), max_new_tokens=request.max_new_tokens, **sampling
            )
        new: list[list[int]] = output[:, batch["input_ids"].shape[1] :].tolist()
        return new

    def _read(self, question: Question, prompt: list[int], output: list[int]) -> Answer:
        end = next((at for at, token in enumerate(output) if token in self._stops), None)
        said = output if end is None else output[:end]
        return Answer(
            key=question["key"],
            text=self._tokenizer.decode(said, skip_special_tokens=True),
            prompt_tokens=len(prompt),
            output_tokens=len(said) + (end is not None),
            finish_reason="length" if end is None else "stop",
        )


def load(base_dir: Path, adapter_dir: Path | None) -> LoadedModel:
    """The model in `base_dir` (safetensors only), with the peft adapter in `adapter_dir`. Raises `ModelRefused`."""
    from transformers.utils import logging

    logging.disable_progress_bar()
    tokenizer = _load_tokenizer(base_dir)
    model = _load_weights(base_dir)
    if adapter_dir:
        model = _load_adapter(model, adapter_dir)
    stops = _set_generation(model, tokenizer)
    return LoadedModel(model.eval(), tokenizer, stops)


def _load_tokenizer(base_dir: Path) -> Any:
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(str(base_dir), local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelRefused(f"The tokenizer in {base_dir} does not load: {error}") from None
    if not tokenizer.chat_template:
        raise ModelRefused(f"{base_dir} has no chat template: take the instruct variant of the model.")
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    return tokenizer


def _load_weights(base_dir: Path) -> Any:
    import torch
    from transformers import AutoModelForCausalLM

    on_gpu = torch.cuda.is_available()
    try:
        model = AutoModelForCausalLM.from_pretrained(
            str(base_dir),
            dtype=torch.bfloat16 if on_gpu and torch.cuda.is_bf16_supported() else torch.float32,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
        )
    except (OSError, ValueError, KeyError) as error:
        raise ModelRefused(f"The weights in {base_dir} do not load: {error}") from None
    return model.to("cuda" if on_gpu else "cpu")


def _load_adapter(model: Any, adapter_dir: Path) -> Any:
    from peft import PeftModel

    # peft would fall back to a pickle.
    if not (adapter_dir / "adapter_model.safetensors").is_file():
        raise ModelRefused(f"{adapter_dir} has no adapter_model.safetensors.")
    try:
        return PeftModel.from_pretrained(model, str(adapter_dir), local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelRefused(f"The adapter in {adapter_dir} does not fit the model: {error}") from None


def _set_generation(model: Any, tokenizer: Any) -> set[int]:
    """Keep of the shipped generation settings only what ends a turn: sampling is the request's. Return those ids."""
    from transformers import GenerationConfig

    listed = model.generation_config.eos_token_id
    stops = {tokenizer.eos_token_id, *(listed if isinstance(listed, list) else [listed])} - {None}
    model.generation_config = GenerationConfig(eos_token_id=sorted(stops), pad_token_id=tokenizer.pad_token_id)
    return stops
