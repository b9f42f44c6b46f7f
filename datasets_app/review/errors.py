"""What can go wrong in review; a class's docstring is the message that a person reads."""

from __future__ import annotations

from collections.abc import Sequence

from afsweb.core.models import Event
from datasets_app.errors import DatasetError


class ReviewError(DatasetError):
    """This decision could not be taken."""


class SampleChanged(ReviewError):
    """Not counted: {change}. Look at the sample again, then decide."""


class SampleGone(ReviewError):
    """Not counted: this sample was deleted."""


class SampleArchived(ReviewError):
    """Not counted: this sample is archived. Bring it back first."""


class KeyReused(ReviewError):
    """Not counted: the page sent the key of another decision. Reload the page, then decide again."""


class BadDecision(ReviewError):
    """Not counted: {problem}"""


class SeatsTaken(SampleChanged):
    """Not counted: your five minutes were over, and others have taken this sample. The next one waits for you."""


class AlreadyJudged(SampleChanged):
    """Not counted: you have judged this sample already, and now others do."""


class BadTicket(ReviewError):
    """The card does not say which queue it came from. Reload the page, then decide again."""


class NotYourQueue(ReviewError):
    """Only {who} changes “{name}”. Save one of your own with the same filters."""


class OverlapFixed(ReviewError):
    """People have begun to judge with an overlap of {overlap}, so it stays. Make a new queue for another one."""


class BadQueueName(ReviewError):
    """Not saved: give it a name of at most {longest} characters."""


class NameTaken(ReviewError):
    """The name “{name}” is taken by another view or queue of the same person. Choose another, or archive that one."""


class NothingToUndo(ReviewError):
    """You have taken no decision that could be undone."""


class NotYours(ReviewError):
    """Only {reviewer} or an admin can undo this decision; you can decide anew instead."""


class DecidedByGate(ReviewError):
    """The gate's own decision is not undone; decide anew, your decision outranks it."""


class ChangedSince(ReviewError):
    """Not undone: since then, {change}. Undo that first, or decide anew."""

    def __init__(self, change: str, later: Sequence[Event] = ()) -> None:
        super().__init__(change=change)
        self.later = list(later)


class NotUndoable(ReviewError):
    """This line of history changed nothing of a sample that could be put back."""


class NoneWait(ReviewError):
    """Not counted: no near-duplicate of this sample waits for you. Others have them open, or they are decided."""


class ClusterTooLarge(ReviewError):
    """Not counted: more than {limit} near-duplicates wait, too many at once. Decide in the list of samples."""


class TooLongToVerify(ReviewError):
    """Not verified: these are {size} bytes, and {limit} are verified at once. Examine its source again instead."""


class NoVerifier(ReviewError):
    """Not checked: the domain {domain} has no verifier, so people alone judge its samples."""


class TooLongToCheck(ReviewError):
    """Not checked: these are {size} bytes, and {limit} can be checked while you wait. Save it, and a job checks it."""


class NothingChanged(ReviewError):
    """This is the text as it was: nothing to save."""


class EditConflict(ReviewError):
    """Not saved yet: {change} while you wrote. Both texts are here; put into yours what you want to keep, then save."""
