"""How much may be stored on the hub, and how much is."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat

from afsweb.core.models import Shelf
from afsweb.refusal import Refusal


class QuotaFull(Refusal):
    """{needed} more do not fit: {used} of the {quota} for stored files are used. Let `afs artifact collect` remove what
    nothing uses, delete exports and snapshots that nobody needs, or raise AFS_ARTIFACT_QUOTA_GB.
    """


@dataclass(frozen=True)
class Quota:
    """Bytes that artifacts take and may take; no `limit`: as many as the disk holds."""

    used: int
    limit: int

    @property
    def percent(self) -> int:
        """How much of it is used, 100 at most; 0 without a limit."""
        return min(100, self.used * 100 // self.limit) if self.limit else 0

    @property
    def is_low(self) -> bool:
        """Whether less than a tenth is left."""
        return bool(self.limit) and self.used > self.limit * 0.9


def read_quota() -> Quota:
    """What is used now: a sum of a few rows, whatever the number of artifacts."""
    used = Shelf.objects.aggregate(used=Sum("size_bytes"))["used"] or 0
    return Quota(used, settings.ARTIFACT_QUOTA_BYTES)


def check_quota(needed: int) -> None:
    """Raise `QuotaFull` where `needed` more bytes would be over the limit."""
    quota = read_quota() if settings.ARTIFACT_QUOTA_BYTES else None
    if quota and quota.used + needed > quota.limit:
        sizes = {"needed": needed, "used": quota.used, "quota": quota.limit}
        raise QuotaFull(**{name: filesizeformat(size) for name, size in sizes.items()})
