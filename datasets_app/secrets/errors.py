"""What can go wrong around secrets."""

from __future__ import annotations

from datasets_app.errors import DatasetError


class SecretsHeldBack(DatasetError):
    """{count} of these samples hold{s} what looks like a secret or like personal data, so nothing was written. Look at
    {it} under {place}: edit it away, or say that it is a false alarm or allowed. Then ask again."""

    def __init__(self, count: int, place: str) -> None:
        one = count == 1
        super().__init__(count=f"{count:,}", s="s" if one else "", it="it" if one else "them", place=place)
        self.count, self.place = count, place


class FindingSettled(DatasetError):
    """Somebody decided on this finding before: it is {how}. Reload the page to see who."""
