"""Base models that a launch offers by name: what their makers publish of them, before anything is downloaded.

The shapes give the published number of parameters (tests/training/test_shapes.py). Licences and contexts were compared
with what others quote of the cards, not with the cards themselves: a model's card at Hugging Face is what counts.
"""

from __future__ import annotations

from dataclasses import dataclass

from training_app.preview.shape import Shape

APACHE, DEEPSEEK = "Apache-2.0", "DeepSeek License"
QWEN25, QWEN3 = 151_936, 151_936


@dataclass(frozen=True)
class Known:
    """A model by its id: `billions` of parameters as published, context in tokens.

    `base_id` is the variant that was not trained to answer, which makes no expert that follows instructions; `gated`
    ones ask for an account that has accepted their licence.
    """

    model_id: str
    base_id: str
    billions: float
    context_tokens: int
    licence: str
    strengths: str
    shape: Shape
    is_gated: bool = False


def _dense(hidden: int, inner: int, layers: int, heads: int, keys: int, width: int, words: int, tied: bool) -> Shape:
    return Shape(hidden, inner, layers, heads, keys, width, words, tied)


def _qwen25(size: str, billions: float, licence: str, strengths: str, shape: Shape) -> Known:
    name = f"Qwen/Qwen2.5-Coder-{size}"
    return Known(f"{name}-Instruct", name, billions, 32_768, licence, strengths, shape)


def _qwen3(size: str, billions: float, strengths: str, shape: Shape) -> Known:
    name = f"Qwen/Qwen3-{size}"
    return Known(name, f"{name}-Base", billions, 32_768, APACHE, strengths, shape)


def _gemma3(size: str, billions: float, context: int, strengths: str, shape: Shape) -> Known:
    name = f"google/gemma-3-{size}"
    return Known(f"{name}-it", f"{name}-pt", billions, context, "Gemma Terms of Use", strengths, shape, is_gated=True)


def _llama3(name: str, billions: float, strengths: str, shape: Shape) -> Known:
    whole = f"meta-llama/{name}"
    licence = f"{name.rsplit('-', 1)[0].replace('-', ' ')} Community License"
    return Known(f"{whole}-Instruct", whole, billions, 131_072, licence, strengths, shape, is_gated=True)


def _deepseek(size: str, billions: float, strengths: str, shape: Shape) -> Known:
    name = f"deepseek-ai/deepseek-coder-{size}"
    return Known(f"{name}-instruct", f"{name}-base", billions, 16_384, DEEPSEEK, strengths, shape)


def _code_llama(size: str, billions: float, strengths: str, shape: Shape) -> Known:
    name = f"codellama/CodeLlama-{size}"
    return Known(f"{name}-Instruct-hf", f"{name}-hf", billions, 16_384, "Llama 2 Community License", strengths, shape)


def _yi(size: str, billions: float, strengths: str, shape: Shape) -> Known:
    name = f"01-ai/Yi-Coder-{size}"
    return Known(f"{name}-Chat", name, billions, 131_072, APACHE, strengths, shape)


KNOWN: tuple[Known, ...] = (
    _qwen25(
        "1.5B", 1.54, APACHE, "Code on a small card; a first run", _dense(1536, 8960, 28, 12, 2, 128, QWEN25, True)
    ),
    _qwen25(
        "3B",
        3.09,
        "Qwen Research License",
        "Code; not for commercial use",
        _dense(2048, 11008, 36, 16, 2, 128, QWEN25, True),
    ),
    _qwen25(
        "7B", 7.61, APACHE, "Code: the usual choice for 16 GB", _dense(3584, 18944, 28, 28, 4, 128, 152_064, False)
    ),
    _qwen25(
        "14B", 14.7, APACHE, "Code, the best of 16 GB at rank 16", _dense(5120, 13824, 48, 40, 8, 128, 152_064, False)
    ),
    _qwen3("0.6B", 0.6, "Tiny: experiments in minutes", _dense(1024, 3072, 28, 16, 8, 128, QWEN3, True)),
    _qwen3("1.7B", 1.7, "Reasoning on a small card", _dense(2048, 6144, 28, 16, 8, 128, QWEN3, True)),
    _qwen3("4B", 4.0, "Reasoning, code and many languages", _dense(2560, 9728, 36, 32, 8, 128, QWEN3, True)),
    _qwen3("8B", 8.2, "Reasoning, code and many languages", _dense(4096, 12288, 36, 32, 8, 128, QWEN3, False)),
    _qwen3("14B", 14.8, "Reasoning; tight on 16 GB", _dense(5120, 17408, 40, 40, 8, 128, QWEN3, False)),
    _gemma3("1b", 1.0, 32_768, "Prose on a small card", _dense(1152, 6912, 26, 4, 1, 256, 262_144, True)),
    _gemma3("4b", 3.9, 131_072, "Prose and explanations", _dense(2560, 10240, 34, 8, 4, 256, 262_208, True)),
    _gemma3("12b", 11.8, 131_072, "Prose and explanations", _dense(3840, 15360, 48, 16, 8, 256, 262_208, True)),
    _llama3("Llama-3.2-1B", 1.24, "General, on a small card", _dense(2048, 8192, 16, 32, 8, 64, 128_256, True)),
    _llama3("Llama-3.2-3B", 3.21, "General", _dense(3072, 8192, 28, 24, 8, 128, 128_256, True)),
    _llama3(
        "Llama-3.1-8B",
        8.03,
        "General; much that others built on it",
        _dense(4096, 14336, 32, 32, 8, 128, 128_256, False),
    ),
    _deepseek("1.3b", 1.35, "Code on a small card", _dense(2048, 5504, 24, 16, 16, 128, 32_256, False)),
    _deepseek("6.7b", 6.74, "Code; an old tokenizer", _dense(4096, 11008, 32, 32, 32, 128, 32_256, False)),
    Known(
        "deepseek-ai/DeepSeek-Coder-V2-Lite-Instruct",
        "deepseek-ai/DeepSeek-Coder-V2-Lite-Base",
        15.7,
        131_072,
        DEEPSEEK,
        "Code; 2.4 billion of its parameters work on each token",
        Shape(2048, 1408, 27, 16, 16, 128, 102_400, False, experts=64, used_experts=6, shared_inner=2 * 1408),
    ),
    _code_llama("7b", 6.74, "Code of 2023", _dense(4096, 11008, 32, 32, 32, 128, 32_016, False)),
    _code_llama("13b", 13.0, "Code of 2023", _dense(5120, 13824, 40, 40, 40, 128, 32_016, False)),
    _yi("1.5B", 1.48, "Code with a long context on a small card", _dense(2048, 5504, 24, 16, 16, 128, 64_000, False)),
    _yi("9B", 8.83, "Code with a long context", _dense(4096, 11008, 48, 32, 4, 128, 64_000, False)),
)
BY_ID = {known.model_id: known for known in KNOWN}
INSTRUCT_OF = {known.base_id: known.model_id for known in KNOWN}
