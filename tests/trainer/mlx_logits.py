"""`python mlx_logits.py SPEC CHECKPOINT OUT`, in MLX's interpreter: a run's logits as MLX itself computes them."""

from __future__ import annotations

import sys
from pathlib import Path

import mlx.core as mx
import mlx.optimizers as optim

from training_app.trainer.mlx.model import load_base
from training_app.trainer.mlx.state import read_state
from training_app.trainer.spec import load_spec

spec = load_spec(Path(sys.argv[1]))
model = load_base(spec)
read_state(Path(sys.argv[2]), model, optim.AdamW(1.0))
model.eval()
mx.save_safetensors(sys.argv[3], {"logits": model(mx.arange(1, 201)[None]).astype(mx.float32)})
