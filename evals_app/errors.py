"""What people may ask of an evaluation and cannot have; a class's docstring is the sentence that they read."""

from __future__ import annotations

from afsweb.refusal import Refusal


class EvalError(Refusal):
    """This cannot be done with the evaluation."""


class SuiteIsEmpty(EvalError):
    """A suite needs one case at least; choose more, and try again."""


class CaseRefused(EvalError):
    """The case “{key}” cannot be kept: {reason}. Correct it; nothing was stored."""


class UnknownScorer(EvalError):
    """There is no scorer “{name}”. There are: {known}."""


class UnknownRegister(EvalError):
    """“{name}” is no hardware register. Write names or addresses, such as INIDISP or $2100."""


class VersionCannotAnswer(EvalError):
    """{version} cannot be asked: it has no endpoint and no weights here. Open its page and give it one."""


class SuiteIsArchived(EvalError):
    """{suite} is archived. Take it back from the archive, or choose its newest version."""


class RunGoesOn(EvalError):
    """This evaluation is still {state}. Wait for its end, or stop it first."""


class NothingToAsk(EvalError):
    """Every case of this evaluation has its answer, so there is nothing left to ask."""


class EndpointGaveUp(EvalError):
    """The endpoint “{name}” gave no answer {count} times in a row; the last time: {error}. Put it right, then go on:
    the answers so far are kept."""


class NothingAnswered(EvalError):
    """None of the {count} questions was answered; the last time: {error}. Put the endpoint right, then go on."""


class RunChanged(EvalError):
    """The {what} of {version} changed since the first answers were given. Start a new evaluation: this one would mix
    two."""


class NotComparable(EvalError):
    """{baseline} and {candidate} cannot be compared: {reason}."""


class RunNotFinished(EvalError):
    """{run} has not finished, so it cannot be compared yet. Wait for its end, or choose another run."""


class SameRun(EvalError):
    """A run cannot be compared with itself. Choose two different runs."""


class ComparisonGoesOn(EvalError):
    """This comparison is being computed already; it shows itself when it is done."""


class NotComputed(EvalError):
    """{comparison} is {state}: there are no numbers yet. Wait for it, or compute it again."""


class NotEvaluated(EvalError):
    """{version} has no such evaluation yet: `afs eval run {suite} {version.name}:{version.number}` makes one."""


class NotCompared(EvalError):
    """{version} was not compared yet: `afs compare BASELINE {version.name}:{version.number}` does it."""


class RubricRefused(EvalError):
    """The rubric cannot be kept: {reason}. Correct it; nothing was stored."""


class OnlyByJudge(EvalError):
    """Only a judge can score by the rubric {rubric}. Let a run with a judge answer the suite."""


class JudgeMissing(EvalError):
    """{suite} has cases that a rubric decides, so it needs a judge. Choose an endpoint that judges (`--judge NAME` on
    the command line)."""


class JudgeChangedHands(EvalError):
    """This evaluation has no judge any more, and {count} answers wait for one. Start a new evaluation with a judge."""


class NothingToJudge(EvalError):
    """{run} has no answer that a rubric decides. Choose the rubric by which the judge shall look at them."""


class NotAScore(EvalError):
    """A person's score is 0, 0.25, 0.5, 0.75 or 1. Choose one of them."""


class NothingToTakeBack(EvalError):
    """There is nothing of yours to take back here."""


class DuelGone(EvalError):
    """These two answers are not on your screen any more. Here are the next ones."""


class PairsGoOn(EvalError):
    """This judge is being asked about these pairs already. Wait for the job, or stop it first."""
