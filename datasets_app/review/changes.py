"""Who changed a sample last, in words: what every conflict names."""

from __future__ import annotations

from django.utils.timesince import timesince

from afsweb.core.models import Event
from datasets_app.models import PASSING, Decision, Sample

SAID = {
    Decision.ACCEPT.value: "accepted it",
    Decision.REJECT.value: "rejected it",
    Decision.GOLDEN.value: "made it golden",
    Decision.EDIT.value: "edited it",
    Decision.UNGOLD.value: "took its gold away",
    "archive": "archived it",
    "restore": "brought it back",
    "undo": "took a decision back",
}
RESOLVE, CONFIRM = "resolve flag", "confirm golden"
CHANGES_NOTHING = [*PASSING, *(f"un{decision}" for decision in PASSING), RESOLVE, CONFIRM]


def last_change(sample: Sample) -> str:
    """The newest change of `sample` as a clause: “ann rejected it 2 minutes ago (a fact is wrong)”."""
    events = Event.objects.filter(object_type=Sample._meta.label_lower, object_id=sample.pk)
    event = events.exclude(verb__in=CHANGES_NOTHING).select_related("actor").order_by("-pk").first()
    if event is None:
        return "another program changed it"
    who = event.actor.get_username() if event.actor else f"the {event.get_source_display()}"
    why = f" ({event.reason})" if event.reason else ""
    return f"{who} {_said(event)} {_ago(event)}{why}"


def _said(event: Event) -> str:
    if event.verb == Decision.GOLDEN and not event.after.get("is_golden", True):
        return "approved it as golden"
    return SAID.get(event.verb, f"changed it ({event.verb})")


def _ago(event: Event) -> str:
    passed = timesince(event.at, depth=1)
    return "just now" if passed.startswith("0") else f"{passed} ago"
