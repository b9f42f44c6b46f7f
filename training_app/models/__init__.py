"""What happens on the GPU, and what comes of it."""

from training_app.models.base_model import BaseModel
from training_app.models.claim import Claim, Claimed
from training_app.models.merge import Merge, MergePart
from training_app.models.reading import Reading
from training_app.models.recipe import Backend, Method, Recipe
from training_app.models.retraining import Retraining
from training_app.models.run import Checkpoint, Metric, RunText, TrainingRun
from training_app.models.rung import Rung
from training_app.models.sweep import Sweep
from training_app.models.turn import Turn
from training_app.models.version import Expert, ModelVersion, Promotion, Standing

__all__ = [
    "Backend",
    "BaseModel",
    "Checkpoint",
    "Claim",
    "Claimed",
    "Expert",
    "Merge",
    "MergePart",
    "Method",
    "Metric",
    "ModelVersion",
    "Promotion",
    "Reading",
    "Recipe",
    "Retraining",
    "RunText",
    "Rung",
    "Standing",
    "Sweep",
    "TrainingRun",
    "Turn",
]
