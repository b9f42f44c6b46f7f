"""Who changed a sample last, in words: what every conflict names."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.timesince import timesince

from afsweb.core.models import Event
from datasets_app.models import FACETS, PASSING, Decision, Sample

SAID = {
    Decision.ACCEPT.value: "accepted it",
    Decision.REJECT.value: "rejected it",
    Decision.GOLDEN.value: "made it golden",
    Decision.EDIT.value: "edited it",
    Decision.UNGOLD.value: "took its gold away",
    "archive": "archived it",
    "restore": "brought it back",
    "undo": "took a decision back",
    "dispute": "judged it differently from somebody else",
    "tag": "tagged it",
    "untag": "took a tag off",
    "assign": "assigned it",
    "change": "changed its kind",
}
RESOLVE, CONFIRM, OPINION, UNDO = "resolve flag", "confirm golden", "opinion", "undo"
STILL = (*(passing.value for passing in PASSING), OPINION)
CHANGES_NOTHING = [*STILL, *(f"un{verb}" for verb in STILL), RESOLVE, CONFIRM]


def last_change(sample: Sample) -> str:
    """The newest change of `sample` as a clause: “ann rejected it 2 minutes ago (a fact is wrong)”."""
    event = changes_of(sample.pk).select_related("actor").order_by("-pk").first()
    return "another program changed it" if event is None else in_words(event)


def in_words(event: Event) -> str:
    """One change of a sample as a clause."""
    who = event.actor.get_username() if event.actor else f"the {event.get_source_display()}"
    why = f" ({event.reason})" if event.reason else ""
    return f"{who} {_said(event)} {_ago(event)}{why}"


def _said(event: Event) -> str:
    if event.verb == Decision.GOLDEN and not event.after.get("is_golden", True):
        return "approved it as golden"
    return SAID.get(event.verb, f"changed it ({event.verb})")


def changes_of(sample_id: int) -> QuerySet[Event]:
    """The lines of history that changed a sample; a skip and a flag do not."""
    lines = Event.objects.filter(object_type=Sample._meta.label_lower, object_id=sample_id)
    return lines.exclude(verb__in=CHANGES_NOTHING)


def later_changes(event: Event) -> QuerySet[Event]:
    """What changed the same facet of the sample after `event` and stands, newest first: it must be undone first."""
    undone = Event.objects.filter(undoes=OuterRef("pk"))
    later = changes_of(event.object_id).filter(~Exists(undone), pk__gt=event.pk, undoes__isnull=True)
    return later.exclude(verb=UNDO).filter(after__has_any_keys=list(facet_of(event))).order_by("-pk")


def facet_of(event: Event) -> dict[str, str]:
    """The names that `event` keeps of a sample -> their columns; empty for a line that no undo could restore."""
    return next((facet for facet in FACETS if set(facet) <= set(event.before) and set(facet) <= set(event.after)), {})


def facet_sql(facet: Mapping[str, str], table: str) -> str:
    """The SQL of that facet of a row of `table`, as JSON, as history keeps it."""
    columns = ", ".join(f"'{name}', {table}.{column}" for name, column in facet.items())
    return f"jsonb_build_object({columns})"


def _ago(event: Event) -> str:
    passed = timesince(event.at, depth=1)
    return "just now" if passed.startswith("0") else f"{passed} ago"
