"""How much of a card's memory a training takes, part by part, from the shape of its model and its recipe.

The parts and their bytes are our own reading of what is held while a step runs; each formula says where it comes from.
Checked on paper against published figures (tests/training/test_memory.py), and against the peaks that runs recorded.
"""

from __future__ import annotations

from dataclasses import dataclass

from training_app.preview.shape import Shape

GIB = 1024**3
# Context of the driver, kernels, and what the allocator cannot use; measured shares of it differ by card and version.
CONTEXT = 1.4 * GIB
# NF4: half a byte, and a scale of 8 bits for each 64 that share it, quantised again with 32 bits for each 256
# (Dettmers et al., QLoRA, 2023, section 3: 0.127 bits a parameter).
NF4_BYTES = 0.5 + 0.127 / 8
# An 8-bit matrix keeps a scale of 16 bits a row, which is nothing.
INT8_BYTES = 1.0
HALF, SINGLE = 2, 4
# trl.kernels.chunked_logprob and trl.trainer.utils, 1.16.
TILE_TOKENS, TILE_WORDS = 4_096, 32_768
# Bytes a trained parameter of the two moments of Adam, and of its gradient.
MOMENTS = {"adamw_torch": 2 * SINGLE, "adamw_8bit": 2 * 1, "paged_adamw_8bit": 2 * 1, "adafactor": 1}


@dataclass(frozen=True)
class Load:
    """What a recipe asks of memory. Lengths in tokens; `bits` of the base's linear layers: 4, 8 or 16."""

    batch_size: int
    length: int
    rank: int = 0
    target_modules: tuple[str, ...] = ()
    bits: int = 16
    optimizer: str = "adamw_torch"
    checkpointing: bool = True
    chunked_loss: bool = True
    trains_all: bool = False
    trained_whole: int = 0


@dataclass(frozen=True)
class Memory:
    """Bytes of each part at the peak of a step."""

    weights: float
    adapter: float
    gradients: float
    optimizer: float
    activations: float
    logits: float
    overhead: float

    @property
    def total(self) -> float:
        return sum(self.parts().values())

    def parts(self) -> dict[str, float]:
        """Part -> bytes, in the order in which a page shows them."""
        return {
            "weights": self.weights,
            "adapter": self.adapter,
            "gradients": self.gradients,
            "optimizer": self.optimizer,
            "activations": self.activations,
            "logits": self.logits,
            "overhead": self.overhead,
        }


def estimate(shape: Shape, load: Load) -> Memory:
    """The memory of one training on one card."""
    trained = shape.parameters if load.trains_all else shape.adapter_parameters(load.rank, load.target_modules)
    trained += load.trained_whole
    # What is trained is in single precision: the adapter beside a base in half or less, or the whole model.
    return Memory(
        weights=_weights(shape, load),
        adapter=0 if load.trains_all else trained * SINGLE,
        gradients=trained * SINGLE,
        optimizer=trained * MOMENTS[load.optimizer],
        activations=_activations(shape, load),
        logits=_logits(shape, load),
        overhead=CONTEXT,
    )


def logits_bytes(shape: Shape, tokens: int) -> int:
    """The table of scores that a loss without chunks holds: vocabulary × tokens × 4."""
    return shape.vocabulary * tokens * SINGLE


def chunk_bytes(shape: Shape, tokens: int) -> int:
    """What a chunked loss holds of that table at a time, as trl 1.16 cuts it."""
    return min(tokens, TILE_TOKENS) * min(shape.vocabulary, TILE_WORDS) * SINGLE


def _weights(shape: Shape, load: Load) -> float:
    if load.trains_all:
        return shape.parameters * SINGLE
    each = {4: NF4_BYTES, 8: INT8_BYTES, 16: HALF}[load.bits]
    return shape.linear_parameters * each + (shape.embedding_parameters + shape.norm_parameters) * HALF


def _activations(shape: Shape, load: Load) -> float:
    """What the backward pass needs of the forward one.

    With checkpointing: each layer's input, and one layer computed anew. A layer holds its input and what follows the
    norms (4 h), queries, keys, values and the attention's output, and three of the inner width a token, in half
    precision; the attention's own table is never whole with SDPA.
    """
    tokens = load.batch_size * load.length
    width = 4 * shape.hidden + 2 * shape.heads * shape.head_width + 2 * shape.key_heads * shape.head_width
    inner = 3 * (shape.inner * shape.used_experts + shape.shared_inner)
    layer = tokens * (width + inner) * HALF
    if not load.checkpointing:
        return layer * shape.layers
    return tokens * shape.hidden * HALF * shape.layers + layer


def _logits(shape: Shape, load: Load) -> float:
    """The scores and their gradient; of a chunked loss one tile of them."""
    tokens = load.batch_size * load.length
    if load.chunked_loss:
        return chunk_bytes(shape, tokens)
    return 2 * logits_bytes(shape, tokens)
