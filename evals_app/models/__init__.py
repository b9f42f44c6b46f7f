"""What a model is worth."""

from evals_app.models.comparison import Comparison
from evals_app.models.run import RIGHT, EvalRun, Result, ResultState
from evals_app.models.suite import Case, Suite

__all__ = ["RIGHT", "Case", "Comparison", "EvalRun", "Result", "ResultState", "Suite"]
