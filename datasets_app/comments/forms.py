"""What the forms of comments may be told."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import forms

from datasets_app.comments.places import label_of
from datasets_app.models import LONGEST_COMMENT
from datasets_app.review.forms import storable


class TextForm(forms.Form):
    """The text of an answer, or of a comment that is changed."""

    text = forms.CharField(
        label="Comment",
        max_length=LONGEST_COMMENT,
        validators=[storable],
        widget=forms.Textarea({"rows": 3}),
        help_text="Plain text. @name tells that person; a name that nobody has stays text.",
        error_messages={"required": "Write something: an empty comment tells nobody anything."},
    )


class CommentForm(TextForm):
    """A comment and its place: a part of the text, one of `places`, and a line of it, or the whole."""

    field = forms.ChoiceField(required=False, label="About")
    line = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    field_order = ("field", "line", "text")

    def __init__(self, places: tuple[str, ...], data: Any = None) -> None:
        super().__init__(data)
        choices = [("", "the whole text"), *((name, label_of(name)) for name in places)]
        self.fields["field"].choices = choices  # type: ignore[attr-defined]


@lru_cache(64)
def blank_form(places: tuple[str, ...]) -> str:
    """The empty form, rendered: the same on all cards whose texts have these parts, and a fifth of a card's time."""
    return CommentForm(places).render()
