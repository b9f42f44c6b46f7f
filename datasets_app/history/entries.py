"""Lines of history as a page shows them: what they are about, what changed, how long it took, whether they can go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils.text import Truncator

from afsweb.core.models import Event, EventSource, Role, User
from datasets_app.history.about import COMMENT, SAMPLE
from datasets_app.models import Comment, Decision, Review, Sample
from datasets_app.review.changes import CHANGES_NOTHING, UNDO, facet_of
from datasets_app.review.lines import reviews_of

SHOWN_CHARACTERS = 160
NAMES = {"decided_by": "decided by", "is_golden": "golden", "assigned_to": "assigned to"}


@dataclass(frozen=True)
class Entry:
    """A line with the row it is about (None: deleted), what changed in words, and the seconds that a decision took."""

    event: Event
    sort: str
    label: str
    url: str
    changes: str
    seconds: float | None
    is_undone: bool
    can_undo: bool


def entries_of(events: Sequence[Event], user: User | None) -> list[Entry]:
    """These lines (with `is_undone`, as `narrow` gives them) for `user`; a query for each sort of row in them."""
    rows, reviews, names = _rows(events), reviews_of([event for event in events if event.object_type == SAMPLE]), {}
    people = {event.before.get("assigned_to") for event in events} | {
        event.after.get("assigned_to") for event in events
    }
    if people - {None}:
        names = dict(User.objects.filter(pk__in=people - {None}).values_list("pk", "username"))
    return [_entry(event, rows.get(_key(event)), reviews.get(event.pk), names, user) for event in events]


def said_changes(event: Event, names: dict[int, str]) -> str:
    """What changed, in words: “state pending → accepted”. `names` are people's, by primary key."""
    about = facet_of(event) if event.object_type == SAMPLE else ()
    pairs = [(name, event.before[name], event.after[name]) for name in about]
    return ", ".join(
        f"{NAMES.get(name, name)} {_said(name, was, names)} → {_said(name, now, names)}"
        for name, was, now in pairs
        if was != now
    )


def _remark(event: Event, row: Model | None) -> str:
    """What a line says besides a change of columns: what a comment that stands said, which approval of two it was."""
    if isinstance(row, Comment) and row.deleted_at is None:
        return Truncator(event.after.get("text", "")).chars(SHOWN_CHARACTERS)
    waits = event.verb == Decision.GOLDEN and event.after.get("is_golden") is False
    return "the first of two approvals" if waits else ""


def may_undo(event: Event, user: User) -> bool:
    """Whether `user` may take back what this line says: a change of a sample, their own or anybody's for an admin."""
    kept = facet_of(event) or event.verb in CHANGES_NOTHING
    its_own = event.object_type == SAMPLE and event.verb != UNDO and event.undoes_id is None and kept
    undoable = its_own and event.source != EventSource.GATE and user.has_role(Role.REVIEWER)
    return bool(undoable) and (event.actor_id == user.pk or user.has_role(Role.ADMIN))


def _entry(event: Event, row: Model | None, review: Review | None, names: dict[int, str], user: User | None) -> Entry:
    model = apps.get_model(event.object_type)
    sort = str(model._meta.verbose_name)
    label = f"{sort.capitalize()} {event.object_id}" if row is None or model is Sample else str(row)
    is_undone = bool(getattr(event, "is_undone", False)) or (
        review is not None and event.undoes_id is None and event.verb == review.decision and bool(review.undone_at)
    )
    return Entry(
        event,
        sort,
        label,
        row.get_absolute_url() if row is not None and hasattr(row, "get_absolute_url") else "",
        ", ".join(part for part in (_remark(event, row), said_changes(event, names)) if part),
        review.seconds if review is not None and event.verb == review.decision else None,
        is_undone,
        row is not None and user is not None and not is_undone and may_undo(event, user),
    )


def _rows(events: Sequence[Event]) -> dict[tuple[str, Any], Model]:
    keys: dict[str, set[Any]] = {}
    for event in events:
        label, key = _key(event)
        keys.setdefault(label, set()).add(key)
    comments = Comment.objects.select_related("sample").in_bulk(list(keys.pop(COMMENT, ())))
    found: dict[tuple[str, Any], Model] = {(COMMENT, key): row for key, row in comments.items()}
    found |= {(SAMPLE, row.sample_id): row.sample for row in comments.values()}
    for label, wanted in keys.items():
        missing = [key for key in wanted if (label, key) not in found]
        found |= {(label, key): row for key, row in apps.get_model(label)._default_manager.in_bulk(missing).items()}
    return found


def _key(event: Event) -> tuple[str, Any]:
    """A job's key is a uuid, which the line keeps beside (afsweb.core.history)."""
    return event.object_type, event.job_id if event.object_type == "core.job" else event.object_id


def _said(name: str, value: Any, names: dict[int, str]) -> str:
    if name == "assigned_to":
        return names.get(value, "nobody")
    if isinstance(value, list):
        return " ".join(map(str, value)) or "none"
    return {True: "yes", False: "no", "": "nobody" if name == "decided_by" else "none"}.get(value, str(value))
