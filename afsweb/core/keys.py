"""What can be done by one key, and which key does it for a person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from afsweb.core.models import User


class Place(StrEnum):
    """Where a key counts. Two actions may share a key only when no page has both."""

    EVERYWHERE = "on every page"
    REVIEW = "on the review page"


@dataclass(frozen=True)
class Action:
    """Something that a key does: its name in templates, its key unless a person chose another, its words."""

    name: str
    key: str
    label: str
    place: Place = Place.REVIEW

    @property
    def title(self) -> str:
        """Its words as a field's label."""
        return self.label[:1].upper() + self.label[1:]


ACTIONS = (
    Action("accept", "a", "accept"),
    Action("reject", "x", "reject, then 1 to 9 for the reason"),
    Action("skip", "s", "skip: show me another one"),
    Action("undo", "u", "undo my last decision"),
    Action("golden", "g", "accept as golden"),
    Action("flag", "f", "flag for another pair of eyes"),
    Action("repeat", ".", "decide as I did last"),
    Action("cluster", "b", "decide for all its near-duplicates"),
    Action("verify", "v", "verify again"),
    Action("similar", "n", "find similar samples"),
    Action("pick", "p", "pick between two answers to its question"),
    Action("edit", "e", "edit", Place.EVERYWHERE),
    Action("next", "j", "next card, or next row of a table", Place.EVERYWHERE),
    Action("previous", "k", "previous card, or previous row", Place.EVERYWHERE),
    Action("search", "/", "search everything", Place.EVERYWHERE),
    Action("help", "?", "the list of keys", Place.EVERYWHERE),
)
DEFAULT_KEYS = {action.name: action.key for action in ACTIONS}
OTHER_PAGES = "cfilnrs"
"""The keys of single pages, which nobody can change: an action of every page must leave them alone."""


def key_of(name: str, user: object = None) -> str:
    """The key of the action `name` for `user`; its default for nobody. Raises KeyError for an unknown action."""
    default = DEFAULT_KEYS[name]
    return str(user.keys.get(name, default)) if isinstance(user, User) else default
