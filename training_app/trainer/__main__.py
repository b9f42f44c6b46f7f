from __future__ import annotations

from training_app.trainer.program import run

run()
