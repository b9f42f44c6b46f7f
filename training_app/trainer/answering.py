"""Validation questions answered greedily during training, and how many of the answers are right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from training_app.trainer.errors import DomainUnknown
from training_app.trainer.gates import stop_ids
from training_app.trainer.rows import Messages
from training_app.trainer.spec import TrainSpec

# An answer has twice the room of the expected one, and some: what it needs more it has got wrong.
TIMES, MORE = 2, 16
# question, text -> how far up the domain's ladder the text comes as an answer to it.
Level = Callable[[str, str], int]


@dataclass(frozen=True)
class Text:
    """One question with the expected answer and what the model said. `exact`: they are equal but for white space.

    `right`: exact, or the domain's verifier takes it as far up its ladder as the expected one, and beyond the ground.
    """

    question: str
    expected: str
    said: str
    exact: bool
    right: bool


class Answerer:
    """Asks a model under training the questions of its validation rows."""

    def __init__(self, spec: TrainSpec, tokenizer: Any, questions: Sequence[Messages]) -> None:
        self._spec = spec
        self._tokenizer = tokenizer
        self._questions = questions
        self._level = _level_of(spec.domain)
        self._stops = sorted(stop_ids(tokenizer, spec.base))

    def ask(self, model: Any) -> list[Text]:
        """An answer to each question. Changes neither the model nor a random state."""
        was_training = model.training
        model.eval()
        size = self._spec.batch_size
        parts = [self._questions[at : at + size] for at in range(0, len(self._questions), size)]
        texts = [text for part in parts for text in self._batch(model, part)]
        model.train(was_training)
        return texts

    def _batch(self, model: Any, rows: Sequence[Messages]) -> list[Text]:
        import torch

        prompts = [self._prompt(row[:-1]) for row in rows]
        longest = max(len(self._tokenizer(row[-1]["content"])["input_ids"]) for row in rows)
        batch = self._tokenizer.pad({"input_ids": prompts}, padding_side="left", return_tensors="pt")
        with torch.no_grad():
            output = model.generate(
                **batch.to(model.device), generation_config=self._generation(TIMES * longest + MORE), use_cache=True
            )
        new = output[:, batch["input_ids"].shape[1] :].tolist()
        return [self._judge(row, said) for row, said in zip(rows, new, strict=True)]

    def _prompt(self, messages: Messages) -> list[int]:
        encoded = self._tokenizer.apply_chat_template(
            messages, tokenize=True, return_dict=True, add_generation_prompt=True
        )
        return list(encoded["input_ids"])

    def _generation(self, tokens: int) -> Any:
        from transformers import GenerationConfig

        return GenerationConfig(
            do_sample=False, max_new_tokens=tokens, eos_token_id=self._stops, pad_token_id=self._tokenizer.pad_token_id
        )

    def _judge(self, row: Messages, output: list[int]) -> Text:
        end = next((at for at, token in enumerate(output) if token in self._stops), None)
        said = self._tokenizer.decode(output[:end], skip_special_tokens=True).strip()
        question = next((one["content"] for one in reversed(row[:-1]) if one["role"] == "user"), "")
        expected = row[-1]["content"]
        exact = end is not None and " ".join(said.split()) == " ".join(expected.split())
        return Text(question, expected, said, exact, exact or self._reaches(question, expected, said))

    def _reaches(self, question: str, expected: str, said: str) -> bool:
        aim = self._level(question, expected)
        return aim > 0 and self._level(question, said) >= aim


def as_event(texts: Sequence[Text]) -> dict[str, object]:
    """The texts, and the shares (0 to 1) of right and of exact ones."""
    count = len(texts)
    return {
        "texts": [asdict(text) for text in texts],
        "right": sum(text.right for text in texts) / count,
        "exact": sum(text.exact for text in texts) / count,
    }


def _level_of(slug: str) -> Level:
    """The verifier of a domain; without one nothing is above the ground. Raises `DomainUnknown`."""
    if not slug:
        return lambda *_: 0
    try:
        from datasets_app.domains.base import Context, get_domain

        domain = get_domain(slug)
    except (ImportError, LookupError):
        raise DomainUnknown(domain=slug) from None
    return lambda question, text: domain.verify(text, Context(instruction=question)).level
