"""What checks found wrong: one open row for each, settled by the check that finds it right again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.urls import reverse

from afsweb.core.jobs.text import storable
from afsweb.core.models import Finding, Job, NotificationKind, Role, User
from afsweb.core.notifications import notify


@dataclass(frozen=True)
class Found:
    """Something wrong: a key that tells it from others of its check, a sentence, what to do, the page it is about."""

    key: str
    text: str
    advice: str
    url: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a check changed: sentences of what is new, and how many old findings it settled."""

    new: list[str]
    settled: int


def report(
    check: str, found: Iterable[Found], job: Job | None = None, *, keys: Collection[str] | None = None
) -> Outcome:
    """Write down what `check` found, in the caller's transaction, and settle what it did not find again.

    `keys`: what it looked at; None: everything that it can find.
    """
    by_key = {one.key[:200]: one for one in found}
    open_ones = Finding.objects.filter(check_name=check, settled_at__isnull=True)
    known = {one.key: one for one in open_ones.filter(key__in=list(by_key)).select_for_update(no_key=True)}
    for key, one in by_key.items():
        _write(check, key, one, job, known.get(key))
    gone = open_ones.exclude(key__in=list(by_key))
    settled = (gone if keys is None else gone.filter(key__in=list(keys))).update(settled_at=Now())
    return Outcome([one.text for key, one in by_key.items() if key not in known], settled)


def _write(check: str, key: str, one: Found, job: Job | None, known: Finding | None) -> None:
    words = {"text": storable(one.text)[:500], "advice": storable(one.advice)[:500], "url": one.url, "job": job}
    if known:
        Finding.objects.filter(pk=known.pk).update(seen_at=Now(), **words)
    else:
        Finding.objects.create(check_name=check, key=key, **words)


def tell(outcome: Outcome, what: str) -> None:
    """Let the admins know of what is new, in one sentence; in the transaction that wrote it down."""
    if outcome.new:
        more = f" (and {len(outcome.new) - 1} more)" if len(outcome.new) > 1 else ""
        admins = User.objects.filter(role=Role.ADMIN, is_active=True)
        notify(admins, f"{what}: {outcome.new[0]}{more}", reverse("list_findings"), kind=NotificationKind.FINDING)


def open_findings() -> QuerySet[Finding]:
    """What is not settled."""
    return Finding.objects.filter(settled_at__isnull=True)
