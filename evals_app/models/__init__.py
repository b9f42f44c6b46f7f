"""What a model is worth."""

from evals_app.models.comparison import Comparison
from evals_app.models.run import EvalRun, EvalState, Result, ResultState
from evals_app.models.suite import Case, Suite

__all__ = ["Case", "Comparison", "EvalRun", "EvalState", "Result", "ResultState", "Suite"]
