"""What can go wrong with a comment; a class's docstring is the message that a person reads."""

from __future__ import annotations

from datasets_app.review.errors import ReviewError


class EmptyComment(ReviewError):
    """Write something: an empty comment tells nobody anything."""


class NoSuchPlace(ReviewError):
    """There is no {place} in this text. Choose one of its parts, and a line that it has."""


class NotYourComment(ReviewError):
    """Only {author} can change this comment. You can answer it instead."""


class CommentGone(ReviewError):
    """This comment was deleted. Reload the page to see what is left."""
