"""`python peft_logits.py BASE ADAPTER OUT`, in trl's interpreter: the logits of the same tokens by torch and peft."""

from __future__ import annotations

import sys

import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

base, adapter, out = sys.argv[1:]
with torch.no_grad():
    plain = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    before = plain(input_ids=torch.arange(1, 201)[None]).logits
    after = PeftModel.from_pretrained(plain, adapter)(input_ids=torch.arange(1, 201)[None]).logits
by_mlx = load_file(out)["logits"]
print((after - by_mlx).abs().max().item(), (after - before).abs().max().item())
