"""Editing: a new version of a sample's text. The old one stays, and nobody has accepted the new one yet."""

from __future__ import annotations

from django.db import transaction

from afsweb.core.history import record
from afsweb.core.models import EventSource, User
from datasets_app.golden.telling import tell_approvers
from datasets_app.models import EFFECTS, Decision, Review, Sample, SampleState, SampleVersion, Text
from datasets_app.preferences.pairs import keep_edit
from datasets_app.quality.examine import examine
from datasets_app.review.changes import last_change
from datasets_app.review.errors import EditConflict, NothingChanged, SampleArchived, SampleGone
from datasets_app.review.leases import lease


@transaction.atomic
def edit(user: User, version: SampleVersion, text: Text, *, source: EventSource = EventSource.UI) -> SampleVersion:
    """Make `text` the current version: the sample waits for review again, leased to its editor, no longer golden.

    An edit of the answer alone makes a preference pair. The examination of the new text follows as a job. Raises
    NothingChanged, SampleGone, SampleArchived, and EditConflict when `version` is no longer the current one.
    """
    if text.sha256 == version.text().sha256:
        raise NothingChanged
    rows = Sample.objects.select_for_update(of=["self"]).select_related("source")
    sample = rows.filter(pk=version.sample_id).first()
    if sample is None:
        raise SampleGone
    if sample.state == SampleState.ARCHIVED:
        raise SampleArchived
    if sample.current_id != version.pk:
        return _saved_before(user, sample, version, text)
    return _save(user, sample, version, text, source)


def _saved_before(user: User, sample: Sample, version: SampleVersion, text: Text) -> SampleVersion:
    """The version that a first press of the same button made; EditConflict when somebody else's is in its place."""
    saved = SampleVersion.objects.filter(current_of=sample, parent=version, author=user, sha256=text.sha256).first()
    if saved is None:
        raise EditConflict(change=last_change(sample))
    return saved


def _save(user: User, sample: Sample, version: SampleVersion, text: Text, source: EventSource) -> SampleVersion:
    last = sample.versions.order_by("-number").values_list("number", flat=True)[0]
    new = SampleVersion.objects.create(sample=sample, number=last + 1, parent=version, author=user, **text.columns())
    review = Review(sample=sample, version=new, reviewer=user, decision=Decision.EDIT, before=sample.standing())
    sample.change(sample.revision, current=new, **EFFECTS[Decision.EDIT], **lease(user))
    review.save()
    about = {"before": review.before, "after": review.left(), "batch": review.key}
    record(Decision.EDIT, sample, actor=user, source=source, **about)
    tell_approvers(review, sample)
    keep_edit(version, new, user, source)
    examine(sample.source, user)
    return new
