"""The queue: which samples wait for a person, and claiming the next of them so that nobody else gets the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, FloatField, Func, OuterRef, Q, QuerySet, Subquery, TextChoices, TextField
from django.db.models.functions import Abs, Cast, Coalesce, Now

from afsweb.core.models import User
from datasets_app.models import PASSING, Decider, GateVersion, Review, Sample, SampleState, Score

LEASE = timedelta(minutes=5)
LEASE_SECONDS = LEASE.total_seconds()
# The most uncertain of the oldest WINDOW samples come first, so that a claim costs the same in a queue of any length.
WINDOW = 500
COUNT_CAP = 1000


class Show(TextChoices):
    WAITING = "waiting", "waits for review"
    GATE = "gate", "decided by the gate"
    PASSED = "passed", "skipped or flagged by me"


@dataclass(frozen=True)
class Queue:
    """Which samples a person wants to judge, as the address of the page says it."""

    domain: str = ""
    source: UUID | None = None
    kind: str = ""
    show: Show = Show.WAITING

    def query(self, **more: object) -> str:
        """The queue as a query string, `more` before it; empty for the plain queue."""
        show = "" if self.show == Show.WAITING else self.show.value
        mine = {"domain": self.domain, "source": self.source, "kind": self.kind, "show": show}
        return urlencode({name: value for name, value in (more | mine).items() if value})

    def standing(self) -> Q:
        """What the sample's own columns must say."""
        if self.show == Show.GATE:
            return Q(decided_by=Decider.GATE, state__in=(SampleState.ACCEPTED, SampleState.REJECTED))
        return Q(state=SampleState.PENDING)

    def samples(self, user: User) -> QuerySet[Sample]:
        """Every sample of this queue, whoever holds it now. What `user` skipped or flagged is in the queue of those."""
        passed = Review.objects.filter(
            sample=OuterRef("pk"),
            version=OuterRef("current"),
            reviewer=user,
            undone_at__isnull=True,
            decision__in=PASSING,
        )
        mine = Exists(passed) if self.show == Show.PASSED else ~Exists(passed)
        chosen = {"domain__slug": self.domain, "source__uuid": self.source, "kind": self.kind}
        rows = Sample.objects.filter(self.standing(), mine, current__isnull=False)
        return rows.filter(**{name: value for name, value in chosen.items() if value})


def lease(user: User) -> dict[str, Any]:
    """The columns that lease a sample to `user` from now on, by the database's clock."""
    return {"leased_to": user, "leased_until": Now() + LEASE}


def claim(queue: Queue, user: User, count: int, *, held: Collection[UUID] = ()) -> list[int]:
    """Lease up to `count` samples to `user` and return their primary keys, in no order. `held` are passed over.

    One statement: rows that others are claiming right now are skipped, so two people never get the same sample. A
    sample that was leased to `user` before counts as free: a page that is opened again goes on with the same ones.
    """
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=Now()) | Q(leased_to=user)
    window = queue.samples(user).filter(free).exclude(uuid__in=held).order_by("pk")[:WINDOW]
    # The sample's own columns are asked again: Postgres looks at them anew when it has waited for a row.
    picked = Sample.objects.filter(queue.standing() & free, pk__in=window.values("pk")).order_by(
        uncertainty().asc(nulls_last=True), "pk"
    )
    sql, params = picked.values("pk")[:count].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH picked (id) AS MATERIALIZED ({sql} FOR UPDATE OF datasets_sample SKIP LOCKED)
                UPDATE datasets_sample
                SET leased_to_id = %s, leased_until = statement_timestamp() + make_interval(secs => %s)
                FROM picked WHERE datasets_sample.id = picked.id RETURNING datasets_sample.id""",
            [*params, user.pk, LEASE_SECONDS],
        )
        return [row[0] for row in cursor.fetchall()]


def claim_one(sample: Sample, user: User) -> bool:
    """Lease this very sample to `user`; False while another person holds it."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=Now()) | Q(leased_to=user)
    return bool(Sample.objects.filter(free, pk=sample.pk).update(**lease(user)))


def renew(user: User, held: Iterable[UUID]) -> set[UUID]:
    """Lengthen the leases of the samples that a page holds; the answer are those that are still this person's.

    It waits for nobody: a row that is locked is being decided or compared just now, and is left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH mine AS MATERIALIZED (
                   SELECT id FROM datasets_sample WHERE uuid = ANY(%s) AND leased_to_id = %s FOR UPDATE SKIP LOCKED)
               UPDATE datasets_sample SET leased_until = statement_timestamp() + make_interval(secs => %s)
               FROM mine WHERE datasets_sample.id = mine.id RETURNING uuid""",
            [list(held), user.pk, LEASE_SECONDS],
        )
        return {row[0] for row in cursor.fetchall()}


def uncertainty() -> Abs:
    """How far the score under the current gate is from the gate's threshold (quality.scoring); null without a score."""
    gate = GateVersion.objects.filter(is_current=True)
    score = Score.objects.filter(version=OuterRef("current"), gate=Subquery(gate.values("pk")[:1]))
    of_gate = Func(
        Subquery(gate.values("thresholds")[:1]),
        F("domain__slug"),
        template="(%(expressions)s)",
        arg_joiner=" ->> ",
        output_field=TextField(),
    )
    bound = Coalesce(Cast(of_gate, FloatField()), F("domain__threshold"))
    return Abs(Subquery(score.values("overall")[:1]) - bound, output_field=FloatField())


def count_waiting(queue: Queue, user: User) -> int:
    """How many samples are in the queue, COUNT_CAP at most."""
    return queue.samples(user)[:COUNT_CAP].count()
