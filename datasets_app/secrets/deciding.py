"""Deciding on findings: a false alarm, or allowed; for one, or for all equal ones and those that come."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now

from afsweb.core.models import EventSource, User
from datasets_app.models import HELD_BACK, Resolution, SecretFinding
from datasets_app.secrets.errors import FindingSettled
from datasets_app.secrets.keeping import record_resolved

CHOICES = (Resolution.FALSE_ALARM, Resolution.ALLOWED)


@transaction.atomic
def resolve(
    finding: SecretFinding,
    how: Resolution,
    *,
    by: User | None,
    equal_too: bool = False,
    via: EventSource = EventSource.UI,
) -> int:
    """Let a finding pass, with its equals in other texts of its sample; with `equal_too` those of every sample.

    Returns how many findings passed. Raises `FindingSettled`; ValueError for what is not a person's to say.
    """
    if how not in CHOICES:
        raise ValueError(f"{how} is not for a person to say")
    equal = SecretFinding.objects.filter(HELD_BACK, digest=finding.digest)
    rows = list((equal if equal_too else equal.filter(sample=finding.sample_id)).select_for_update(no_key=True))
    if finding not in rows:
        finding.refresh_from_db(fields=["how"])
        raise FindingSettled(how=finding.get_how_display())
    resolved = {"how": how, "for_all": equal_too, "resolved_at": Now(), "resolved_by": by}
    SecretFinding.objects.filter(pk__in=[row.pk for row in rows]).update(**resolved)
    record_resolved(rows, how, by, via)
    return len(rows)
