"""Flags: samples somebody wants another pair of eyes on. Open until a reviewer resolves them with a word."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now

from afsweb.core.history import record
from afsweb.core.models import EventSource, User
from afsweb.core.notifications import notify
from datasets_app.models import Review, open_flags
from datasets_app.review.changes import RESOLVE
from datasets_app.review.errors import ReviewError

LONGEST_WORD = 300  # characters


class FlagClosed(ReviewError):
    """This flag is not open any more: it was resolved or taken back. Reload the page to see what was said."""


class NeedsAWord(ReviewError):
    """Say in a word or two what came of it: who flagged the sample will read it."""


@transaction.atomic
def resolve(user: User, flag: Review, word: str, *, source: EventSource = EventSource.UI) -> None:
    """Settle a flag: it leaves the list; `word` goes to history and to who flagged.

    Raises FlagClosed, NeedsAWord.
    """
    word = " ".join(word.split())[:LONGEST_WORD]
    if not word:
        raise NeedsAWord
    settled = open_flags().filter(pk=flag.pk).update(resolved_at=Now(), resolved_by=user, resolution=word)
    if not settled:
        raise FlagClosed
    before, after = {"flag": flag.note, "by": str(flag.reviewer)}, {"resolution": word}
    record(RESOLVE, flag.sample, actor=user, source=source, before=before, after=after, reason=word)
    if flag.reviewer and flag.reviewer != user:
        text = f"{user.get_username()} resolved your flag on sample {flag.sample_id}: {word}"
        notify([flag.reviewer], text, flag.sample.get_absolute_url())
