"""Making preference pairs and taking them back, each with its line of history."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from afsweb.core.history import record
from afsweb.core.models import EventSource, Role, User
from datasets_app.models import PairOrigin, PreferencePair, SampleState, SampleVersion
from datasets_app.preferences.errors import ChosenBefore, NotYourChoice, SameAnswer, TwoQuestions


def keep_edit(old: SampleVersion, new: SampleVersion, user: User, source: EventSource) -> PreferencePair | None:
    """The pair that an edit of the answer makes; None where the question was edited too, or the answer was not."""
    if _prompt(old) != _prompt(new) or old.output == new.output:
        return None
    return _keep(PreferencePair(chosen=new, rejected=old, origin=PairOrigin.EDIT, author=user), source)


def withdraw_edit(new: SampleVersion) -> None:
    """Let the pair that an edit made count no longer: the edit itself was undone."""
    PreferencePair.objects.filter(chosen=new, origin=PairOrigin.EDIT, undone_at__isnull=True).update(undone_at=Now())


def choose(
    user: User,
    chosen: SampleVersion,
    rejected: SampleVersion,
    *,
    was_first: bool | None = None,
    source: EventSource = EventSource.UI,
) -> PreferencePair:
    """Keep that `chosen` is the better answer. Raises TwoQuestions, SameAnswer, ChosenBefore.

    `was_first`: whether it stood first on the page, so that a bias for a side can be seen.
    """
    if _prompt(chosen) != _prompt(rejected):
        raise TwoQuestions
    if chosen.output == rejected.output:
        raise SameAnswer
    pair = PreferencePair(chosen=chosen, rejected=rejected, origin=PairOrigin.CHOICE, author=user, was_first=was_first)
    with transaction.atomic():
        # Two people who choose at once wait for each other here, whichever of the two each of them prefers.
        list(
            SampleVersion.objects.select_for_update(no_key=True).filter(pk__in=[chosen.pk, rejected.pk]).order_by("pk")
        )
        earlier = between(chosen, rejected).select_related("author").first()
        if earlier is not None:
            raise ChosenBefore(who=earlier.author.get_username() if earlier.author else "an import")
        return _keep(pair, source)


def between(one: SampleVersion, other: SampleVersion) -> QuerySet[PreferencePair]:
    """The pairs of these two that stand, whichever of them was chosen."""
    either = Q(chosen=one, rejected=other) | Q(chosen=other, rejected=one)
    return PreferencePair.objects.filter(either, undone_at__isnull=True)


@transaction.atomic
def take_back(user: User, pair: PreferencePair, *, source: EventSource = EventSource.UI) -> bool:
    """Let a pair count no longer; False when it did not already. Raises NotYourChoice."""
    if pair.author != user and not user.has_role(Role.ADMIN):
        raise NotYourChoice(author=pair.author.get_username() if pair.author else "an admin")
    if not PreferencePair.objects.filter(pk=pair.pk, undone_at__isnull=True).update(undone_at=Now()):
        return False
    record("take back", pair, actor=user, source=source, before=_about(pair))
    return True


def usable(pairs: QuerySet[PreferencePair]) -> QuerySet[PreferencePair]:
    """Those of `pairs` that may be trained on: they stand, and the chosen text is its sample's accepted one."""
    return pairs.filter(undone_at__isnull=True, chosen__current_of__state=SampleState.ACCEPTED)


def _keep(pair: PreferencePair, source: EventSource) -> PreferencePair:
    """Save it with its line of history; an import or an edit that made the same pair before is left as it is."""
    try:
        with transaction.atomic():
            pair.save()
            record("prefer", pair, actor=pair.author, source=source, after=_about(pair))
    except IntegrityError:
        return between(pair.chosen, pair.rejected).get()
    return pair


def _about(pair: PreferencePair) -> dict[str, object]:
    return {"chosen": pair.chosen_id, "rejected": pair.rejected_id, "origin": pair.origin}


def _prompt(version: SampleVersion) -> list[dict[str, str]]:
    return version.chat()[:-1]
