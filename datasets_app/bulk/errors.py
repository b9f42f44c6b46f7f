"""What can go wrong with an action on many samples; a class's docstring is the message that a person reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasets_app.errors import DatasetError

if TYPE_CHECKING:
    from datasets_app.bulk.later import Changed


class BulkError(DatasetError):
    """Nothing was done."""


class BadBulk(BulkError):
    """Nothing was done: {problem}"""


class TooManyPicked(BulkError):
    """Nothing was done: {count} samples were named one by one, and {limit} is the most. Choose them by filters."""


class NothingToDo(BulkError):
    """Nothing is left to do: {action} has {state}."""


class PreviewGone(BulkError):
    """Nothing was done: this preview was made more than a day ago and is forgotten. Choose the samples again."""


class NotYourBulk(BulkError):
    """Only {person} or an admin can do this with “{action}”."""


class CannotUndo(BulkError):
    """Not undone: {problem}"""


class ChangedLater(BulkError):
    """Not undone: somebody changed {count} of its samples later. Undo those changes first, or undo all but these."""

    def __init__(self, count: int, first: list[Changed]) -> None:
        super().__init__(count=f"{count:,}")
        self.count, self.first = count, first
