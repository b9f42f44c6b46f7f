"""What a model is worth."""

from evals_app.models.comparison import Comparison
from evals_app.models.contamination import Contamination
from evals_app.models.duel import Duel, Winner
from evals_app.models.gate import Gate
from evals_app.models.held_out import HeldOut
from evals_app.models.rubric import JudgeCheck, JudgedPair, Rubric
from evals_app.models.run import RIGHT, EvalRun, Result, ResultState
from evals_app.models.score import Score
from evals_app.models.suite import Case, Purpose, Suite

__all__ = [
    "RIGHT",
    "Case",
    "Comparison",
    "Contamination",
    "Duel",
    "EvalRun",
    "Gate",
    "HeldOut",
    "JudgeCheck",
    "JudgedPair",
    "Purpose",
    "Result",
    "ResultState",
    "Rubric",
    "Score",
    "Suite",
    "Winner",
]
