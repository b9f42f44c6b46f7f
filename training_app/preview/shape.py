"""The shape of a language model, from its config.json: what memory and speed depend on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from training_app.errors import ShapeUnknown

# A linear layer by its name in the model: its inputs and outputs, in the words of `_widths`.
LINEAR: dict[str, tuple[str, str]] = {
    "q_proj": ("hidden", "queries"),
    "k_proj": ("hidden", "keys"),
    "v_proj": ("hidden", "keys"),
    "o_proj": ("queries", "hidden"),
    "gate_proj": ("hidden", "inner"),
    "up_proj": ("hidden", "inner"),
    "down_proj": ("inner", "hidden"),
}
ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")
NEEDED = ("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "vocab_size")


@dataclass(frozen=True)
class Shape:
    """A decoder of `layers` equal layers. Widths are in numbers a token; `experts` is 1 for a dense model.

    `used_experts` of them compute each token, and `shared_inner` is the width of those that always do.
    """

    hidden: int
    inner: int
    layers: int
    heads: int
    key_heads: int
    head_width: int
    vocabulary: int
    is_tied: bool
    experts: int = 1
    used_experts: int = 1
    shared_inner: int = 0

    @property
    def linear_parameters(self) -> int:
        """Of all linear layers but the output: what 4 bits can hold."""
        attention = sum(self._size(name) for name in ATTENTION)
        expert = sum(self._size(name) for name in LINEAR if name not in ATTENTION)
        router = self.hidden * self.experts if self.experts > 1 else 0
        return self.layers * (attention + self.experts * expert + 3 * self.hidden * self.shared_inner + router)

    @property
    def embedding_parameters(self) -> int:
        """Of the embeddings, and of the output where it is not the same matrix."""
        return self.vocabulary * self.hidden * (1 if self.is_tied else 2)

    @property
    def norm_parameters(self) -> int:
        return self.hidden * (2 * self.layers + 1)

    @property
    def parameters(self) -> int:
        return self.linear_parameters + self.embedding_parameters + self.norm_parameters

    def adapter_parameters(self, rank: int, target_modules: tuple[str, ...] = ()) -> int:
        """Of a LoRA adapter of that rank on those layers, all linear ones when none are named: r × (in + out) each."""
        names = [name for name in target_modules if name in LINEAR] or list(LINEAR)
        per_layer = sum(sum(self._widths(name)) * (1 if name in ATTENTION else self.experts) for name in names)
        return self.layers * rank * per_layer

    def _size(self, name: str) -> int:
        inputs, outputs = self._widths(name)
        return inputs * outputs

    def _widths(self, name: str) -> tuple[int, int]:
        widths = {
            "hidden": self.hidden,
            "inner": self.inner,
            "queries": self.heads * self.head_width,
            "keys": self.key_heads * self.head_width,
        }
        inputs, outputs = LINEAR[name]
        return widths[inputs], widths[outputs]


def read_shape(config: Mapping[str, Any]) -> Shape:
    """The shape that a config.json says. Raises ShapeUnknown where it lacks what a decoder's has."""
    told = config.get("text_config", config)  # a model for pictures and text keeps the decoder's apart
    lacking = [name for name in NEEDED if not isinstance(told.get(name), int)]
    if lacking:
        raise ShapeUnknown(names=", ".join(lacking))
    heads, experts = told["num_attention_heads"], told.get("num_experts") or told.get("n_routed_experts") or 1
    inner = (
        told["intermediate_size"] if experts == 1 else told.get("moe_intermediate_size") or told["intermediate_size"]
    )
    return Shape(
        hidden=told["hidden_size"],
        inner=inner,
        layers=told["num_hidden_layers"],
        heads=heads,
        key_heads=told.get("num_key_value_heads") or heads,
        head_width=told.get("head_dim") or told["hidden_size"] // heads,
        vocabulary=told["vocab_size"],
        is_tied=bool(told.get("tie_word_embeddings", config.get("tie_word_embeddings", False))),
        experts=experts,
        used_experts=told.get("num_experts_per_tok") or 1,
        shared_inner=inner * (told.get("n_shared_experts") or 0) + (told.get("shared_expert_intermediate_size") or 0),
    )
