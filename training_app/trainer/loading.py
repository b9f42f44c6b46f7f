"""The base's weights as a training needs them: in which precision, quantised or not, with which adapter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from training_app.trainer import environment
from training_app.trainer.errors import BaseUnreadable, NoSuchLayers
from training_app.trainer.spec import TrainSpec

BITS = {"qlora": 4, "lora8": 8}


def load_base(spec: TrainSpec) -> Any:
    """The base's weights, with transformers' own choice of attention: SDPA where the model has it.

    Raises `BaseUnreadable`; `NoSuchLayers` when it lacks those to train; `PrecisionNotHere`, `BitsAndBytesMissing`.
    """
    from transformers import AutoModelForCausalLM

    environment.hide_progress_bars()
    dtype = environment.dtype(_stored(spec))
    quantized = _quantized(spec, dtype)
    try:
        model = AutoModelForCausalLM.from_pretrained(
            spec.base_dir,
            dtype=dtype,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
            **quantized,
        )
    except (OSError, ValueError, KeyError) as error:
        raise BaseUnreadable(path=spec.base, problem=f"its weights do not load ({error})") from None
    _refuse_unknown_layers(spec, model)
    _keep_differentiable(model)
    return model


def _keep_differentiable(model: Any) -> None:
    """On a CPU with bf16 instructions bitsandbytes (0.50.2, nn/modules.py) repacks 4-bit weights at the first forward
    pass without gradients, such as a validation; the product with repacked weights has none, and training goes on
    without them. Not here.
    """
    for module in model.modules():
        if hasattr(module, "support_avx512bf16_for_cpu"):
            module.support_avx512bf16_for_cpu = False


def _stored(spec: TrainSpec) -> str:
    """The precision of the weights in memory. Those that are trained keep 32 bits.

    A step of a usual learning rate is smaller than what bf16 can tell apart: 8 bits of it are lost in a weight.
    """
    precision = environment.precision(spec.precision)
    return "fp32" if spec.method == "full" else precision


def _quantized(spec: TrainSpec, dtype: Any) -> dict[str, Any]:
    """NF4 with double quantisation, as in Dettmers et al., QLoRA, 2023, or LLM.int8(), as from_pretrained takes it."""
    bits = BITS.get(spec.method)
    if bits is None:
        return {}
    environment.require_bitsandbytes(f"A base in {bits} bits")
    from transformers import BitsAndBytesConfig

    config = BitsAndBytesConfig(
        load_in_4bit=bits == 4,
        load_in_8bit=bits == 8,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=dtype,
    )
    return {"quantization_config": config, "device_map": {"": environment.device()}}


def adapter_config(spec: TrainSpec) -> Any:
    """The adapter as peft takes it; None when the whole model is trained."""
    from peft import LoraConfig

    if spec.method == "full":
        return None
    return LoraConfig(
        r=spec.rank,
        lora_alpha=spec.alpha,
        lora_dropout=spec.dropout,
        target_modules=list(spec.target_modules) or "all-linear",
        modules_to_save=list(spec.modules_to_save) or None,
        use_rslora=spec.use_rslora,
        use_dora=spec.use_dora,
        task_type="CAUSAL_LM",
    )


def keep_single_precision(model: Any, named: str = "") -> None:
    """What is trained, and has `named` in its name, has 32 bits.

    trl casts adapters on a quantised base to bf16, where small steps are lost.
    """
    for name, parameter in model.named_parameters():
        if parameter.requires_grad and named in name:
            parameter.data = parameter.data.float()


def load_weights(model: Any, folder: Path) -> None:
    """Put the weights of a checkpoint back into the model that it was sealed from."""
    from safetensors.torch import load_file

    adapter = folder / "adapter_model.safetensors"
    if adapter.is_file():
        from peft import set_peft_model_state_dict

        set_peft_model_state_dict(model, load_file(adapter))
        return
    for path in sorted(folder.glob("model*.safetensors")):
        # Not strict: a file of several holds a part, and an output tied to the embeddings is in none.
        model.load_state_dict(load_file(path), strict=False)


def _refuse_unknown_layers(spec: TrainSpec, model: Any) -> None:
    if spec.method == "full":
        return
    layers = {name.rpartition(".")[2] for name, _ in model.named_modules()}
    unknown = [name for name in (*spec.target_modules, *spec.modules_to_save) if name not in layers]
    if unknown:
        raise NoSuchLayers(names=", ".join(unknown))
