"""What can go wrong with preference pairs; a class's docstring is the message that a person reads."""

from __future__ import annotations

from datasets_app.errors import DatasetError


class PreferenceError(DatasetError):
    """This pair could not be kept."""


class TwoQuestions(PreferenceError):
    """Not kept: these two answer different questions, so neither is better."""


class SameAnswer(PreferenceError):
    """Not kept: the two answers are the same text."""


class ChosenBefore(PreferenceError):
    """Not kept: {who} chose between these two before. Take that back first."""


class PairGone(PreferenceError):
    """Not kept: one of the two was edited or archived meanwhile. Here is another pair."""


class NotYourChoice(PreferenceError):
    """Only {author} or an admin can take this back."""
