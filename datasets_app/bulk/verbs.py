"""What each action does to a sample, which samples it leaves out and why, in terms that one statement can use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, CharField, Q, Value, When
from django.db.models.functions import Now

from afsweb.core.models import User
from datasets_app.golden.approving import unverified
from datasets_app.models import EFFECTS, STANDING, BulkAction, BulkVerb, Decider, Decision, SampleState

DECISIONS = {
    BulkVerb.ACCEPT.value: Decision.ACCEPT,
    BulkVerb.REJECT.value: Decision.REJECT,
    BulkVerb.GOLDEN.value: Decision.GOLDEN,
    BulkVerb.UNGOLDEN.value: Decision.UNGOLD,
}
ARCHIVED, ALREADY, HELD, CHANGED, GONE, ANOTHER, UNVERIFIED = (
    "archived",
    "already",
    "held",
    "changed",
    "gone",
    "another",
    "unverified",
)
REASONS = {
    ARCHIVED: "archived",
    ALREADY: "already so",
    HELD: "in somebody's hands just then",
    CHANGED: "changed since the preview",
    GONE: "deleted since the preview",
    UNVERIFIED: "edited, and not verified since",
    ANOTHER: "approved by you before: another person must follow",
}
KEPT = {CHANGED: "changed later", GONE: "deleted later"}
# Tags are for finding, so archived samples may have them.
ON_ARCHIVED = (BulkVerb.TAG, BulkVerb.UNTAG, BulkVerb.ARCHIVE)


@dataclass(frozen=True)
class Effect:
    """The columns that an action sets (SQL, with its parameters), and the facet that history keeps of them."""

    sets: str
    params: tuple[Any, ...]
    facet: Mapping[str, str]


def effect_of(action: BulkAction) -> Effect:
    """What `action` does to each of its samples. Verifying again changes none of their columns."""
    match action.verb:
        case BulkVerb.TAG:
            return Effect("tags = array_append(s.tags, %s)", (action.tag,), {"tags": "tags"})
        case BulkVerb.UNTAG:
            return Effect("tags = array_remove(s.tags, %s)", (action.tag,), {"tags": "tags"})
        case BulkVerb.ASSIGN:
            return Effect("assigned_to_id = %s", (action.assignee_id,), {"assigned_to": "assigned_to_id"})
        case BulkVerb.ARCHIVE:
            columns = {"state": SampleState.ARCHIVED.value, "is_golden": False}
        case _:
            columns = EFFECTS[DECISIONS[action.verb]]
    return Effect(", ".join(f"{name} = %s" for name in columns), tuple(columns.values()), STANDING)


def why_left_out(action: BulkAction) -> Case:
    """Why `action` leaves a sample out, or "": an expression over Sample."""
    whens = [] if action.verb in ON_ARCHIVED else [When(state=SampleState.ARCHIVED, then=Value(ARCHIVED))]
    if action.verb == BulkVerb.GOLDEN:
        whens.append(When(unverified("current__"), then=Value(UNVERIFIED)))
    if (already := _already(action)) is not None:
        whens.append(When(already, then=Value(ALREADY)))
    return Case(*whens, default=Value(""), output_field=CharField())


def held_by_others(user: User) -> Case:
    """Whether somebody else has the sample in front of them: an expression over Sample."""
    held = Q(leased_until__gt=Now()) & ~Q(leased_to=user)
    return Case(When(held, then=Value(True)), default=Value(False), output_field=BooleanField())


def _already(action: BulkAction) -> Q | None:
    match action.verb:
        case BulkVerb.ACCEPT:
            return Q(state=SampleState.ACCEPTED, decided_by=Decider.PERSON)
        case BulkVerb.REJECT:
            return Q(state=SampleState.REJECTED, decided_by=Decider.PERSON)
        case BulkVerb.GOLDEN:
            return Q(is_golden=True)
        case BulkVerb.UNGOLDEN:
            return Q(is_golden=False)
        case BulkVerb.TAG:
            return Q(tags__contains=[action.tag])
        case BulkVerb.UNTAG:
            return ~Q(tags__contains=[action.tag])
        case BulkVerb.ASSIGN:
            return Q(assigned_to=action.assignee) if action.assignee_id else Q(assigned_to__isnull=True)
        case BulkVerb.ARCHIVE:
            return Q(state=SampleState.ARCHIVED)
    return None
