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
