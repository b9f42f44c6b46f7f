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


class LogRefused(EvalError):
    """This log cannot be imported: {reason}. Nothing was stored."""


class LogIsHere(EvalError):
    """This log was imported before: it is {run}. Nothing was stored."""


class SuiteIsImported(EvalError):
    """{suite} was imported with its scores, which no scorer here can give again. Make a suite of its questions to ask
    them here."""


class RunGoesOn(EvalError):
    """This evaluation is still {state}. Wait for its end, or stop it first."""


class NothingToAsk(EvalError):
    """Every case of this evaluation has its answer, so there is nothing left to ask."""


class EndpointGaveUp(EvalError):
    """The endpoint “{name}” gave no answer {count} times in a row; the last time: {error}. Put it right, then go on:
    the answers so far are kept."""


class RunLimitReached(EvalError):
    """It stopped at its limit: {spent} are used, and the rest may not cover another question. Raise the limit, then go
    on: the answers so far are kept."""


class LimitNeedsPrice(EvalError):
    """{version} answers through an endpoint without a price, so a limit in US dollars cannot be held. Enter its price
    on the endpoint's page, or limit the tokens."""


class NothingAnswered(EvalError):
    """None of the {count} questions was answered; the last time: {error}. Put the endpoint right, then go on."""


class ScoringEnded(EvalError):
    """A process that scored answers was ended from outside, perhaps for want of memory. The answers are kept: go on, or
    rescore."""


class RunChanged(EvalError):
    """The {what} of {version} changed since the first answers were given. Start a new evaluation: this one would mix
    two."""


class WeightsMissing(EvalError):
    """{version} has no weights here, and only of weights can the loss be computed. Fetch its base model's, or measure
    another version."""


class SnapshotMissing(EvalError):
    """{version} was not trained on a snapshot here. Say which snapshot's validation split it is measured on."""


class NothingHeldOut(EvalError):
    """“{snapshot}” holds nothing out, or its files are gone. Choose a snapshot with a validation split."""


class HeldOutGoesOn(EvalError):
    """The held-out loss of {version} is being computed already; it shows itself when it is done."""


class RowCannotBeRead(EvalError):
    """The chat template refuses row {number} of the validation split: {reason}. Measure on another snapshot."""


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


class SuiteMovedOn(EvalError):
    """Somebody saved version {number} of {suite} meanwhile. Nothing of yours is lost: look at that version, then save
    again."""


class SuiteFileRefused(EvalError):
    """{place}: {reason}. Correct it; nothing was stored."""


class SuiteFileTooLarge(EvalError):
    """This file is larger than {most} MB. Import its cases in parts."""


class NotAllCarriedOver(EvalError):
    """{count} parts of the file have no counterpart here: {parts}. Say that they may be left out, or change the
    file."""


class SuiteTaken(EvalError):
    """There is a suite “{slug}” already. Choose another name, or open that suite and change it there."""


class NoCasesFromSamples(EvalError):
    """No case could be made of {what} in {domain}: {reason}. Make more of them golden, or write cases yourself."""


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


class SeedIsOfTraining(EvalError):
    """Seeds 0 to {last} belong to training, so no persona of an evaluation is made from seed {seed}. Choose one from
    {first} on."""


class PersonasRefused(EvalError):
    """These personas cannot be used: {reason}. Correct the file; nothing was stored."""


class PersonaWasTrainedOn(EvalError):
    """{count} openings of these personas stand in training data, such as “{opening}” of {persona} in {snapshot}. Take
    other seeds or other words; nothing was stored."""


class PersonaNotWorded(EvalError):
    """The endpoint “{endpoint}” did not word the persona {persona}: {reason}. Try again, or leave the endpoint out."""


class SimulatorNeeded(EvalError):
    """{suite} holds conversations, so somebody has to play the user. Choose an endpoint as the simulator."""


class SuiteIsMixed(EvalError):
    """{suite} holds conversations and single questions, which are run in different ways. Make two suites of it."""


class NobodyToAsk(EvalError):
    """Say what is asked, a suite or --personas FILE, and who answers, versions or --endpoint NAME=URL."""


class EndpointIsAnother(EvalError):
    """There is an endpoint “{name}” already, at {there}. Choose another name for {url}."""


class WhichModel(EvalError):
    """The server at {url} serves several models: {models}. Call the endpoint as one of them."""


class EndpointRefused(EvalError):
    """The endpoint “{name}” cannot be made: {reason}"""


class NothingComputed(EvalError):
    """No comparison of these versions has been computed yet, so there is nothing to export. Compute them first."""


class CannotPlan(EvalError):
    """{suite} has {count} facts, and a difference needs two at least. Choose another suite, or say how many there
    will be."""


class TooManyVersions(EvalError):
    """{most} versions fit side by side, the baseline among them. Leave some out."""
