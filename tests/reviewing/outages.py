"""A person reviews in a real browser while servers are killed, the network goes and comes, the page is loaded again."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.reviewing.trouble import Trouble

PATIENCE = 90.0  # seconds until a card must be there
EVERY = 20  # decisions, on average, from one trouble to the next
LONGEST = 30  # decisions, at most, until it is over
DECIDING = {"a": "accept", "s": "skip", "g": "golden", "f": "flag"}
KEYS, WEIGHTS = ("a", "s", "g", "f", "x", "u", "e"), (40, 8, 10, 6, 18, 16, 2)
LEAVES = {"accept": ("accepted", False), "golden": ("accepted", True), "reject": ("rejected", False)}
WAITS = ("pending", False)
SAVED = "[data-saved][data-waiting='0']"
SHOWN = """() => {
    const place = document.querySelector("[data-review]");
    const card = place?.querySelector("[data-card]"), painted = place?.dataset.painted ?? "";
    return [card?.dataset.version === painted ? painted : "", Boolean(card) || !place];
}"""
"""The version that a person sees, and whether a card is there at all."""
KNOWS = "() => document.querySelector('[data-undo] [name=key]').value === ''"
"""Whether the page has been told what was decided before: the keys undo that, where else a form would."""
Taken = tuple[str, str, str]
"""A decision: its version, what was decided, the reason."""


@dataclass
class Reviewing:
    """What one person does at `page`, by the keys alone, and what must be in the database when it is saved."""

    page: Any
    dice: random.Random
    web: Trouble
    network: Trouble
    valkey: Trouble
    taken: list[Taken] = field(default_factory=list)
    edited: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)

    def go(self, decisions: int) -> None:
        """Press keys until so many decisions were taken, and wait until all of them are saved."""
        strikes = self.strikes(decisions)
        self.open()
        while self.counts["decided"] < decisions:
            now = self.counts["decided"]
            for trouble in self.troubles:
                if trouble.ends_at is not None and now >= trouble.ends_at:
                    trouble.heal()
            if strikes and now >= strikes[0][0]:
                self.strike(strikes.pop(0)[1])
            self.press()
        self.heal()
        self.page.wait_for_selector(SAVED, timeout=1000 * PATIENCE)

    @property
    def troubles(self) -> list[Trouble]:
        return [self.web, self.network, self.valkey]

    @property
    def is_away(self) -> bool:
        """Whether no request can reach the server."""
        return self.web.ends_at is not None or self.network.ends_at is not None

    def strikes(self, decisions: int) -> list[tuple[int, Trouble | None]]:
        """When something goes wrong and what, each as often as the others; None: the page is loaded again."""
        kinds: list[Trouble | None] = [*self.troubles, None]
        count = max(decisions // EVERY, len(kinds))
        drawn = [kinds[number % len(kinds)] for number in range(count)]
        self.dice.shuffle(drawn)
        return list(zip(sorted(self.dice.sample(range(1, decisions), count)), drawn, strict=True))

    def strike(self, trouble: Trouble | None) -> None:
        """Somewhere between two keys, or while a request is under way."""
        self.page.wait_for_timeout(self.dice.choice([0, 0, 5, 20, 60]))
        if trouble is not None:
            trouble.strike(self.counts["decided"] + self.dice.randint(3, LONGEST))
        elif not self.is_away:
            self.open()

    def heal(self) -> None:
        """Let everything be right again."""
        for trouble in self.troubles:
            trouble.heal()

    def open(self) -> None:
        """Load the page, until it knows what was decided before."""
        with self.page.expect_response("**/review/next/*"):
            self.page.goto("/review/")
        self.page.wait_for_function(KNOWS)
        self.counts["loaded"] += 1
        self.shown()

    def shown(self, other_than: str = "") -> str:
        """The version on the screen; without a card, once everything is right again."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            version, is_there = self.page.evaluate(SHOWN)
            if version and version != other_than:
                return str(version)
            if not is_there:
                self.heal()
            self.page.wait_for_timeout(10)
        raise AssertionError(f"no card within {PATIENCE:g} s: {self.page.inner_text('body')[:2000]}")

    def press(self) -> None:
        """One decision, one undo or one edit."""
        version = self.shown()
        key = self.dice.choices(KEYS, WEIGHTS)[0]
        if key == "u":
            self.undo()
        elif key == "e":
            self.edit(version)
        else:
            self.decide("a" if key == "g" and version in self.edited else key, version)
        if self.dice.random() < 0.2:
            self.page.wait_for_timeout(self.dice.randint(20, 300))

    def decide(self, key: str, version: str) -> None:
        """By one key; a rejection by two. An edited text that was not verified since cannot be golden."""
        from datasets_app.models import RejectReason

        reason = ""
        if key == "x":
            number = self.dice.randint(1, len(RejectReason.values))
            reason = RejectReason.values[number - 1]
            self.page.keyboard.press("x")
        self.page.keyboard.press(str(number) if reason else key)
        self.taken.append((version, DECIDING.get(key, "reject"), reason))
        self.counts["decided"] += 1
        self.counts["while_away"] += self.is_away
        self.shown(version)

    def undo(self) -> None:
        """Take the newest back. One from before the page was loaded comes again when the server can be asked."""
        if not self.taken:
            return
        self.page.evaluate("document.querySelector('[data-said]').textContent = ''")
        self.page.keyboard.press("u")
        self.page.wait_for_function("() => document.querySelector('[data-said]').textContent.startsWith('Taken back')")
        self.taken.pop()
        self.counts["undone"] += 1

    def edit(self, version: str) -> None:
        """Another answer, by the edit page, which needs the server; what waits to be sent would come after it."""
        if self.is_away:
            return
        self.page.wait_for_selector(SAVED, timeout=1000 * PATIENCE)
        self.page.keyboard.press("e")
        self.page.fill("textarea[name=output]", f"It is said anew, number {self.counts['edited']}.")
        with self.page.expect_response("**/review/next/*"):
            self.page.click("text=Save as a new version")
        self.page.wait_for_function(KNOWS)
        new = self.shown(version)
        self.edited.add(new)
        self.counts["edited_without_valkey"] += self.valkey.ends_at is not None
        self.taken.append((new, "edit", ""))
        self.counts["edited"] += 1


def faults(taken: list[Taken]) -> dict[str, int]:
    """How what the person did differs from what is in the database."""
    from datasets_app.models import Review, Sample

    rows = Review.objects.filter(undone_at__isnull=True).order_by("pk").select_related("version")
    found = [(str(one.version.uuid), one.decision, one.reason) for one in rows]
    left = {version: LEAVES.get(decision, WAITS) for version, decision, _ in taken}
    samples = Sample.objects.values_list("current__uuid", "state", "is_golden")
    return {
        "lost": (Counter(taken) - Counter(found)).total(),
        "doubled": (Counter(found) - Counter(taken)).total(),
        "out_of_order": sum(one != other for one, other in zip(taken, found, strict=False)),
        "standing_otherwise": sum(left.get(str(uuid), WAITS) != tuple(stands) for uuid, *stands in samples),
    }
