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


class NoGate(EvalError):
    """{expert} has no gate, so nothing can be promoted by it. Give it rules on its page, or run
    `afs eval gates --defaults`."""


class BadBar(EvalError):
    """“{line}” is no bar. Write one a line, such as: snes-hardware / PPU registers >= 0.70"""


class GateTakesNoKeywords(EvalError):
    """{suite} is scored by keywords, which any answer can hold, so it cannot feed a gate. Choose a suite with another
    scorer."""


class GateNotPassed(EvalError):
    """{version} cannot become {expert}'s current version: the gate {state}. Open: {rules}. Make them pass, or let an
    admin override the gate with a reason."""


class GateReportIsStale(EvalError):
    """Something changed since the gate of {version} was shown: newer results, other rules or another promotion. Look at
    it again, then sign."""


class VersionChangedSince(EvalError):
    """The {what} of {version} changed since it was last evaluated, so that says nothing about it. Evaluate it again."""


class LookingGoesOn(EvalError):
    """A job looks for {suite} in {snapshot} already; the page shows what it finds."""


class NoDisagreements(EvalError):
    """Nobody disagrees about the answers of {run} yet. Let a judge or people judge them first."""


class NothingNear(EvalError):
    """No sample that waits, or that the gate alone took, is near what is disagreed about in {run}."""


class NothingToRepeat(EvalError):
    """Every version that answered this suite has answered {suite} already, so there is nothing to ask again."""
