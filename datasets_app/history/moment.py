"""A dataset as it was at any moment: told from what the lines of history after that moment keep."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import connection, transaction

from afsweb.core.models import Event
from datasets_app.models import PASSING, Domain, Sample, SampleVersion, Source
from datasets_app.secrets.guard import held_back, refuse_count

# Texts that are held at once; the longest have 600 kB.
BATCH = 200
FETCHED = 2_000
# What takes a skip or a flag back repeats what was true when it was taken, not now.
UNTRUE = [f"un{decision.value}" for decision in PASSING]


@dataclass(frozen=True)
class Then:
    """A sample as it was: its key, its version's key, its state, whether it was golden."""

    sample: int
    version: int
    state: str
    is_golden: bool


@dataclass(frozen=True)
class Counts:
    """How many samples there were by state, how many were golden, and how many of those days are deleted by now."""

    states: dict[str, int]
    golden: int
    deleted: int


def samples_at(domain: Domain, moment: datetime) -> Iterator[Then]:
    """The samples of `domain` as they were at `moment`, in the order of their ids; deleted ones are not among them.

    The first change after the moment tells what was before it; where nothing came after, it is as it is now. In one
    statement, so all of it is one state of the database. Runs in a transaction of its own.
    """
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(SAMPLES_AT, [Sample._meta.label_lower, moment, UNTRUE, domain.pk, moment])
        while rows := cursor.fetchmany(FETCHED):
            yield from (Then(*row) for row in rows)


SAMPLES_AT = """
    SELECT s.id, COALESCE((later.before ->> 'version')::bigint, s.current_id),
           COALESCE(later.before ->> 'state', s.state),
           COALESCE((later.before ->> 'is_golden')::boolean, s.is_golden)
    FROM datasets_sample AS s
    LEFT JOIN LATERAL (
        SELECT e.before FROM core_event AS e
        WHERE e.object_type = %s AND e.object_id = s.id AND e.at > %s AND e.verb <> ALL(%s)
              AND e.before ?& ARRAY['state', 'version', 'is_golden']
        ORDER BY e.id LIMIT 1) AS later ON true
    WHERE s.domain_id = %s AND s.created_at <= %s AND s.current_id IS NOT NULL
    ORDER BY s.id"""


def counts_at(domain: Domain, moment: datetime) -> Counts:
    """The figures of `samples_at`; takes a pass over the domain's samples."""
    rows = "SELECT state, is_golden, count(*) FROM ({}) AS rows_then (id, version, state, is_golden) GROUP BY 1, 2"
    with connection.cursor() as cursor:
        cursor.execute(rows.format(SAMPLES_AT), [Sample._meta.label_lower, moment, UNTRUE, domain.pk, moment])
        found = cursor.fetchall()
    states = Counter[str]()
    for state, _, count in found:
        states[state] += count
    return Counts(dict(states), sum(count for _, is_golden, count in found if is_golden), deleted_since(domain, moment))


def deleted_since(domain: Domain, moment: datetime) -> int:
    """How many samples of sources that were there at `moment` are gone for good since."""
    sources = Source.objects.filter(domain=domain, created_at__lte=moment).values("pk")
    undone = Event.objects.filter(object_type=Source._meta.label_lower, verb="undo", at__gt=moment, is_part=False)
    return sum(event.after.get("deleted", 0) for event in undone.filter(object_id__in=sources))


def lines_at(domain: Domain, moment: datetime, state: str = "") -> Iterator[bytes]:
    """Those samples as lines of JSON in the chat form, of one state or of every. A moment's bytes stay the same.

    Raises `SecretsHeldBack` at once where a text of then has a finding that nobody let pass.
    """
    held = set(held_back().filter(sample__domain=domain).values_list("version", flat=True))
    if held:
        then = samples_at(domain, moment)
        refuse_count(sum(one.version in held and state in ("", one.state) for one in then), domain=domain.slug)
    return _lines_of(domain, moment, state)


def _lines_of(domain: Domain, moment: datetime, state: str) -> Iterator[bytes]:
    then = (one for one in samples_at(domain, moment) if not state or one.state == state)
    while some := list(islice(then, BATCH)):
        yield from _lines(some)


def _lines(some: Iterable[Then]) -> Iterator[bytes]:
    texts = SampleVersion.objects.select_related("sample").defer("search").in_bulk([one.version for one in some])
    for one in some:
        version = texts[one.version]
        content = {
            "sample": str(version.sample.uuid),
            "version": version.number,
            "state": one.state,
            "golden": one.is_golden,
            "messages": version.chat(),
        }
        yield json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
