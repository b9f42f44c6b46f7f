"""What happens on the GPU, and what comes of it."""

from training_app.models.base_model import BaseModel
from training_app.models.recipe import Backend, Method, Recipe
from training_app.models.run import Checkpoint, Metric, TrainingRun
from training_app.models.version import Expert, ModelVersion, Promotion

__all__ = [
    "Backend",
    "BaseModel",
    "Checkpoint",
    "Expert",
    "Method",
    "Metric",
    "ModelVersion",
    "Promotion",
    "Recipe",
    "TrainingRun",
]
