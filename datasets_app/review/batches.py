"""Batches of decisions and undos from the review page: taken in their order, the plain ones of a run together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from afsweb.core.models import User
from datasets_app.models import SampleVersion
from datasets_app.review.cluster import decide_cluster
from datasets_app.review.decisions import decide
from datasets_app.review.errors import BadDecision, NothingToUndo, ReviewError, SampleGone
from datasets_app.review.forms import SentDecision, parse_uuid
from datasets_app.review.together import TOGETHER, decide_together
from datasets_app.review.undo import undo_action

CLUSTER_FIELDS = ("revision", "key", "reason", "note")
SAVED = {"status": "saved"}


class Sent:
    """One item of a batch, as a page sent it."""

    def __init__(self, item: dict[str, Any]) -> None:
        self.item = item
        self.form = SentDecision({name: "" if value is None else value for name, value in item.items()})

    @property
    def is_plain(self) -> bool:
        """Whether it is a decision on one sample that may be written together with others."""
        if "undo" in self.item or self.item.get("cluster") is True or not self.form.is_valid():
            return False
        ticket = self.form.cleaned_data["ticket"]
        return self.form.cleaned_data["decision"] in TOGETHER and not ticket.is_opinion and not ticket.repeat_of_id

    def answer(self, result: dict[str, Any]) -> dict[str, Any]:
        """What the page is told about it."""
        return {"key": self.item.get("key")} | result


def take_batch(user: User, items: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What became of each item: saved, undone, or refused with a message."""
    runs = groupby(map(Sent, items), key=lambda sent: sent.is_plain)
    return [answer for is_plain, run in runs for answer in _take_run(user, list(run), together=is_plain)]


def _take_run(user: User, run: list[Sent], *, together: bool) -> Iterator[dict[str, Any]]:
    """Where one of a run cannot be taken as it is, `decide` says of it alone what is wrong, or that it came before.

    In the order of the run, which is that of undo: what comes behind such a one waits for it.
    """
    while run:
        count = decide_together(user, [sent.form.cleaned_data for sent in run]) if together else 0
        yield from (sent.answer(SAVED) for sent in run[:count])
        if count < len(run):
            yield run[count].answer(_take(user, run[count]))
        run = run[count + 1 :]


def _take(user: User, sent: Sent) -> dict[str, Any]:
    try:
        return _undo(user, sent.item) if "undo" in sent.item else _decide(user, sent)
    except ReviewError as error:
        return {"status": "refused", "message": str(error)}


def _decide(user: User, sent: Sent) -> dict[str, Any]:
    if not sent.form.is_valid():
        raise BadDecision(problem=" ".join(str(error) for errors in sent.form.errors.values() for error in errors))
    told = dict(sent.form.cleaned_data)
    version = SampleVersion.objects.defer("search").filter(uuid=told.pop("version")).first()
    if version is None:
        raise SampleGone
    if sent.item.get("cluster") is True:
        return _decide_cluster(user, version, told)
    decide(user, version, **told)
    return SAVED


def _decide_cluster(user: User, version: SampleVersion, told: dict[str, Any]) -> dict[str, Any]:
    taken = decide_cluster(user, version, told["decision"], **{name: told[name] for name in CLUSTER_FIELDS})
    return {"status": "saved", "samples": [str(one) for one in taken.samples], "left_out": taken.left_out}


def _undo(user: User, item: dict[str, Any]) -> dict[str, Any]:
    key = parse_uuid(item["undo"])
    try:
        samples = undo_action(user, key) if key else []
    except NothingToUndo:
        samples = []
    if not samples:
        raise BadDecision(problem="the decision to undo never arrived.")
    return {"status": "undone", "revisions": {str(sample.uuid): sample.revision for sample in samples}}
