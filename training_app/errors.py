"""What a person can put right about training; a class's docstring is the message that they read."""

from __future__ import annotations

from afsweb.refusal import Refusal


class TrainingError(Refusal):
    """This cannot be done with the model or the run."""


class TrainerMissing(TrainingError):
    """This host has no trainer: {python} does not exist. Run `make setup` there, or set AFS_TRAINER_PYTHON."""


class BaseHasNoWeights(TrainingError):
    """The base model “{model}” has no weights yet. Build or fetch it on its page, then launch again."""


class DomainHasNoVocabulary(TrainingError):
    """The domain “{domain}” has no generator to learn words from. Choose one that has, such as asm65816."""


class BuildFailed(TrainingError):
    """The base model could not be built: {said}"""


class TrainingFailed(TrainingError):
    """{said}"""


class SnapshotNotReady(TrainingError):
    """The snapshot “{snapshot}” is not ready. Wait until it is built, or choose another."""


class NotTrainedHere(TrainingError):
    """This version trains LoRA with trl; “{recipe}” asks for {method} with {backend}. Choose another recipe."""


class CannotResume(TrainingError):
    """“{run}” is {state}: only a stopped or failed run can go on."""


class JobNotEnded(TrainingError):
    """The last job of “{run}” has not ended yet. Wait a moment, then try again."""


class IsCurrentVersion(TrainingError):
    """“{version}” is {expert}'s current version. Promote another one first."""


class NoQuestion(TrainingError):
    """Write a question first."""


class QuestionTooLong(TrainingError):
    """A question has at most {limit} characters of plain text. Shorten it."""


class NothingAnswers(TrainingError):
    """Nothing answers for {version}: it has no endpoint."""


class AskingFailed(TrainingError):
    """The version gave no answer: {said}"""


class BadSettings(TrainingError):
    """These settings cannot be used: {problems}. Correct them, and save the recipe again."""


class SnapshotHeldBack(TrainingError):
    """{count} of the samples in “{snapshot}” hold{s} what looks like a secret or like personal data, so nothing trains
    on it. Look at {it} under {place}: say that it is a false alarm or allowed, or edit it away and build another
    snapshot."""

    def __init__(self, snapshot: object, count: int, place: str) -> None:
        one = count == 1
        super().__init__(
            snapshot=snapshot, count=f"{count:,}", s="s" if one else "", it="it" if one else "them", place=place
        )
        self.place = place
