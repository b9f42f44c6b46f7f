"""Reviewing one sample after the other at a terminal, with the keys of the review page."""

from __future__ import annotations

import time
from dataclasses import dataclass

from afsweb.core.models import EventSource, User
from afsweb.refusal import Refusal
from afsweb.terminal import say
from datasets_app.commands.cards import say_card
from datasets_app.commands.editor import edit_in_editor
from datasets_app.models import Decision, RejectReason, Review, Sample
from datasets_app.review.cards import Card, load_cards
from datasets_app.review.claim import claim
from datasets_app.review.decisions import decide
from datasets_app.review.errors import BadDecision
from datasets_app.review.forms import LONGEST_NOTE, LONGEST_SECONDS
from datasets_app.review.leases import claim_one
from datasets_app.review.queue import Queue, Show, count_waiting
from datasets_app.review.ticket import Ticket
from datasets_app.review.undo import undo_last

KEYS = {
    "a": Decision.ACCEPT,
    "x": Decision.REJECT,
    "s": Decision.SKIP,
    "g": Decision.GOLDEN,
    "f": Decision.FLAG,
}
PROMPT = "[a]ccept  [x] reject  [s]kip  [g]olden  [f]lag  [e]dit  [u]ndo  [q]uit, then a note if you like: "
SAVED = {
    "accept": "Accepted.",
    "reject": "Rejected.",
    "skip": "Skipped.",
    "golden": "Golden.",
    "flag": "Flagged.",
    "ungold": "No longer golden.",
}
WAITS = "Accepted. It is golden once a second person approves it."


def saved_words(taken: Review) -> str:
    """What the decision came to, as one sentence."""
    return WAITS if taken.waits else SAVED[taken.decision]


class NoSuchKey(Refusal):
    """“{key}” means nothing here: a, x, s, g, f, e, u or q."""


class NoSuchReason(Refusal):
    """A rejection needs one of the nine reasons: x and its number or name, such as x 1 or x wrong_fact."""


@dataclass
class Sitting:
    """One person's turn at one queue. `taken` counts the decisions."""

    user: User
    queue: Queue
    taken: int = 0

    def run(self, first: Sample | None) -> None:
        """Show `first`, then the next of the queue again and again, until it is empty or the person quits."""
        shown: Sample | None = first
        try:
            while card := self._next(shown):
                say_card(card)
                shown, goes_on = self._answer(card)
                if not goes_on:
                    return
            say(self._empty())
        except EOFError:
            say()
        finally:
            say(f"decisions: {self.taken}")

    def _next(self, wanted: Sample | None) -> Card | None:
        if wanted is not None:
            claim_one(wanted, self.user)
        claimed = {wanted.pk: None} if wanted is not None else claim(self.queue, self.user, 1)
        return next(iter(load_cards(claimed)), None)

    def _answer(self, card: Card) -> tuple[Sample | None, bool]:
        """Ask until something was done: the sample to show next, if a certain one, and whether to go on."""
        begin = time.monotonic()
        while True:
            key, _, note = input(PROMPT).strip().partition(" ")
            if key == "q":
                return None, False
            try:
                return self._act(card, key, note.strip(), time.monotonic() - begin), True
            except Refusal as error:
                say(error)

    def _act(self, card: Card, key: str, note: str, seconds: float) -> Sample | None:
        if key == "u":
            undone = undo_last(self.user, source=EventSource.CLI)
            say("Undone.")
            return undone.sample
        if key == "e":
            edit_in_editor(self.user, card.version)
            return card.sample
        if key not in KEYS:
            raise NoSuchKey(key=key)
        reason, note = read_reason(note) if key == "x" else ("", note)
        if len(note) > LONGEST_NOTE:
            raise BadDecision(problem=f"a note has at most {LONGEST_NOTE} characters.")
        self._decide(card, KEYS[key], reason, note, seconds)
        return None

    def _decide(self, card: Card, decision: Decision, reason: str, note: str, seconds: float) -> None:
        taken = decide(
            self.user,
            card.version,
            decision,
            revision=card.sample.revision,
            reason=reason,
            note=note,
            seconds=min(seconds, LONGEST_SECONDS),
            source=EventSource.CLI,
            ticket=Ticket(self.queue.rules.pk, self.queue.overlap, card.repeat_of_id),
        )
        self.taken += 1
        say(f"{saved_words(taken)}\n")

    def _empty(self) -> str:
        waiting = count_waiting(self.queue, self.user)
        if waiting:
            return f"Nothing is left for you just now: {waiting} are open in front of other reviewers."
        passed = count_waiting(Queue(show=Show.PASSED), self.user)
        more = f" {passed} are left that you skipped or flagged: --show passed." if passed else ""
        return f"Nothing waits in this queue.{more}"


def read_reason(told: str) -> tuple[str, str]:
    """(reason, note) of what stands after x; without anything it lists the reasons and asks. Raises NoSuchReason."""
    if not told:
        for number, label in enumerate(RejectReason.labels, 1):
            say(f"  {number} {label}")
        told = input("Reason: ").strip()
    word, _, note = told.partition(" ")
    if word.isdecimal() and 1 <= int(word) <= len(RejectReason):
        return list(RejectReason)[int(word) - 1].value, note.strip()
    if word in RejectReason.values:
        return word, note.strip()
    raise NoSuchReason
