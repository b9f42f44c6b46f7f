"""Whether two models say the same: what each answers greedily, and how far their scores are apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

NEW_TOKENS = 32
PROMPT_TOKENS = 512  # of a longer one the end


@dataclass(frozen=True)
class Look:
    """The tokens of one greedy answer, and the scores (tokens × words, 32 bits) at each place of the answer asked."""

    answer: list[int]
    scores: Tensor


def look(
    model: Any,
    tokenizer: Any,
    prompts: Sequence[Sequence[dict[str, str]]],
    along: Sequence[list[int]] | None = None,
) -> list[Look]:
    """Ask every prompt. The scores are those along the given answers, or along its own."""
    looks = []
    for at, messages in enumerate(prompts):
        ids = _ids(tokenizer, messages)
        answer = _answer(model, tokenizer, ids)
        looks.append(Look(answer, _scores(model, ids, answer if along is None else along[at])))
    return looks


def compare(before: Sequence[Look], after: Sequence[Look]) -> dict[str, Any]:
    """`prompts`, how many of them were answered `alike` to the last token, and the largest difference of a score."""
    pairs = list(zip(before, after, strict=True))
    if not pairs:
        return {"prompts": 0}
    furthest = max(float((one.scores - other.scores).abs().max()) for one, other in pairs)
    alike = sum(one.answer == other.answer for one, other in pairs)
    return {"prompts": len(pairs), "alike": alike, "max_logit_difference": furthest}


def _ids(tokenizer: Any, messages: Sequence[dict[str, str]]) -> list[int]:
    encoded = tokenizer.apply_chat_template(list(messages), add_generation_prompt=True, tokenize=True, return_dict=True)
    return list(encoded["input_ids"])[-PROMPT_TOKENS:]


def _answer(model: Any, tokenizer: Any, ids: list[int]) -> list[int]:
    import torch

    prompt = torch.tensor([ids])
    output = model.generate(
        input_ids=prompt,
        attention_mask=torch.ones_like(prompt),
        max_new_tokens=NEW_TOKENS,
        do_sample=False,
        pad_token_id=tokenizer.pad_token_id or tokenizer.eos_token_id,
    )
    return [int(token) for token in output[0, len(ids) :]]


def _scores(model: Any, ids: list[int], answer: list[int]) -> Tensor:
    import torch

    scores: Tensor = model(input_ids=torch.tensor([ids + answer])).logits[0, len(ids) - 1 :].float()
    return scores
