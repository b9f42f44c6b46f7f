"""The shape of a model, from its config.json: it gives the number of parameters that its maker publishes."""

from __future__ import annotations

from typing import Any

import pytest

from training_app.bases.known import BY_ID, INSTRUCT_OF, KNOWN, Known
from training_app.errors import ShapeUnknown
from training_app.preview.shape import read_shape

QWEN_7B: dict[str, Any] = {
    "hidden_size": 3584,
    "intermediate_size": 18944,
    "num_hidden_layers": 28,
    "num_attention_heads": 28,
    "num_key_value_heads": 4,
    "vocab_size": 152064,
    "tie_word_embeddings": False,
}


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.model_id)
def test_a_known_shape_gives_the_published_number_of_parameters(known: Known) -> None:
    # The attention of a mixture is of another kind, and its first layer is dense: nearer is not claimed.
    within = 0.05 if known.shape.experts > 1 else 0.02
    assert known.shape.parameters / 1e9 == pytest.approx(known.billions, rel=within)


def test_the_known_shape_is_that_of_the_config() -> None:
    assert read_shape(QWEN_7B) == BY_ID["Qwen/Qwen2.5-Coder-7B-Instruct"].shape


def test_a_model_for_pictures_too_has_its_decoder_inside() -> None:
    assert read_shape({"text_config": QWEN_7B, "vision_config": {}}) == read_shape(QWEN_7B)


def test_a_config_that_is_no_decoders_is_refused_by_what_it_lacks() -> None:
    with pytest.raises(ShapeUnknown, match="lacks num_hidden_layers, vocab_size"):
        read_shape({name: value for name, value in QWEN_7B.items() if name not in ("num_hidden_layers", "vocab_size")})


def test_an_adapter_has_its_rank_for_each_input_and_output() -> None:
    """The notes' figures: rank 64 on all linear layers of 14 billion are 275 million, on the attention alone 101."""
    shape = BY_ID["Qwen/Qwen2.5-Coder-14B-Instruct"].shape
    assert shape.adapter_parameters(64) == pytest.approx(275e6, rel=0.01)
    assert shape.adapter_parameters(64, ("q_proj", "k_proj", "v_proj", "o_proj")) == pytest.approx(101e6, rel=0.01)


def test_every_variant_that_does_not_answer_names_the_one_that_does() -> None:
    assert INSTRUCT_OF["google/gemma-3-4b-pt"] == "google/gemma-3-4b-it"
    assert INSTRUCT_OF["Qwen/Qwen3-4B-Base"] == "Qwen/Qwen3-4B"
    assert len(BY_ID) == len(INSTRUCT_OF) == len(KNOWN)
