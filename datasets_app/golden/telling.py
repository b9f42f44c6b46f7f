"""Telling those who approved a golden text that it is golden no more, so that they look again."""

from __future__ import annotations

from afsweb.core.models import User
from afsweb.core.notifications import notify
from datasets_app.models import Decision, Golden, Review, Sample

DONE = {Decision.EDIT: "edited", Decision.REJECT: "rejected", Decision.UNGOLD: "took the gold from"}


def tell_approvers(review: Review, sample: Sample) -> None:
    """After a decision that took a sample's gold: tell everybody who had approved that text, but not who decided."""
    done = DONE.get(Decision(review.decision))
    if not done or not review.before["is_golden"] or review.reviewer is None:
        return
    golden = Golden.objects.select_related("first_by", "second_by").filter(approved=review.before["version"]).first()
    if golden is not None:
        people = [one for one in (golden.first_by, golden.second_by) if one and one != review.reviewer]
        notify(people, _words(review.reviewer, done, sample), sample.get_absolute_url())


def _words(user: User, done: str, sample: Sample) -> str:
    return f"{user.get_username()} {done} sample {sample.pk}, which you had approved as golden: look at it again."
