"""Reasons not to believe a judge, each in a sentence with its figures; none is a proof that it can be believed."""

from __future__ import annotations

from collections.abc import Iterator

from afsweb.core.templatetags.afs import decimals, signed
from evals_app.judging.drift import BOUND
from evals_app.judging.facts import JudgeFacts

ENOUGH = 50  # answers judged by people, from which on an agreement tells something
FAIR = 0.4  # kappa below which agreement is called fair at best (Landis & Koch 1977, Biometrics 33:159-174)
OFTEN = 0.1  # of the pairs may flip: 12.9 % of GPT-4's verdicts did on the pairs published with FastChat
FELT = 0.2  # correlation with length below which it changes next to nothing: it explains 4 % of the scores


def doubts(facts: JudgeFacts) -> list[str]:
    """What speaks against this judge, the worst first."""
    return [*_drift(facts), *_agreement(facts), *_places(facts), *_length(facts), *_unread(facts)]


def unknowns(facts: JudgeFacts) -> list[str]:
    """What is not known about it yet, and how to know it."""
    found = []
    if facts.kappa is None or facts.kappa.n < ENOUGH:
        n = facts.kappa.n if facts.kappa else 0
        found.append(f"{n} of its answers were judged by people; {ENOUGH} tell something about agreement.")
    if facts.flips is None:
        found.append("It was not asked both ways round: do so on a comparison's page.")
    if not facts.check.rubric.anchors:
        found.append("Its rubric has no anchors, so a change of the judge would not be seen.")
    return found


def _drift(facts: JudgeFacts) -> Iterator[str]:
    if facts.drift and facts.drift.is_beyond:
        yield (
            f"It changed: its marks for the anchors are {facts.drift.change:.2f} from those at first, "
            f"more than {BOUND:.2f}."
        )


def _agreement(facts: JudgeFacts) -> Iterator[str]:
    kappa = facts.kappa
    if kappa and kappa.high is not None and kappa.value < FAIR:
        yield f"It agrees little with people: kappa {decimals(kappa.value)} over {kappa.n} answers."


def _places(facts: JudgeFacts) -> Iterator[str]:
    flips = facts.flips
    if flips and flips.flipped and flips.flipped.low > OFTEN:
        yield f"{100 * flips.flipped.share:.0f} % of its verdicts change with the places of the answers."
    if flips and flips.first and not flips.first.low <= 0.5 <= flips.first.high:
        place = "first" if flips.first.share > 0.5 else "second"
        share = max(flips.first.share, 1 - flips.first.share)
        yield f"It favours the {place} place: {100 * share:.0f} % of its picks."


def _length(facts: JudgeFacts) -> Iterator[str]:
    """Long answers may be better ones: where people were asked too, only what goes beyond theirs is told."""
    length, people = facts.length, facts.people_length
    if length and length.low is not None and length.high is not None:
        sure = length.low > 0 or length.high < 0
        beyond = people is None or abs(length.value) > abs(people.value) + FELT
        if sure and abs(length.value) > FELT and beyond:
            more = "more" if length.value > 0 else "less"
            yield f"It gives long answers {more}: correlation {signed(length.value)} over {length.n} answers."
    longer = facts.flips.longer if facts.flips else None
    if longer and not longer.low <= 0.5 <= longer.high:
        yield f"Side by side the longer answer won {100 * longer.share:.0f} % of {longer.of} pairs."


def _unread(facts: JudgeFacts) -> Iterator[str]:
    asked = facts.opinions + facts.unread
    if facts.unread * 20 > asked:
        yield f"{facts.unread} of {asked} replies could not be read."
