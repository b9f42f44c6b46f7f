"""The bar under a card, with everything that can be done with it: the same on every card but for a few words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html

from datasets_app.models import RejectReason
from datasets_app.review.cards import Card
from datasets_app.review.queue import Queue

MARKS: dict[str, object] = {name: UUID(int=number) for number, name in enumerate(("version", "sample", "key"))} | {
    name: f"mark-of-the-{name}" for name in ("revision", "ticket", "near")
}
"""What stands in the rendered bar where each card has something of its own."""
NAMES = {str(mark): name for name, mark in MARKS.items()}
ANY_MARK = re.compile("|".join(NAMES))


@dataclass(frozen=True)
class Bar:
    """The bar of one queue for one person, to be put `under` many cards, as a form for `format_html`."""

    form: str

    def under(self, card: Card, ticket: str) -> str:
        """The bar of `card`, which was handed out with `ticket`."""
        count = card.sample.near_duplicates or 0  # type: ignore[attr-defined]
        own = {
            "version": card.version.uuid,
            "sample": card.sample.uuid,
            "key": uuid4(),
            "revision": card.sample.revision,
            "ticket": ticket,
            "near": f"{count} near-duplicate{'' if count == 1 else 's'}",
        }
        return format_html(self.form, **own)


def bar_of(request: HttpRequest, queue: Queue) -> Bar:
    """The bar of `queue` for the person who asks."""
    context = MARKS | {"query": queue.query(), "reasons": RejectReason.choices}
    html = render_to_string("datasets/_review_bar.html", context, request)
    braces = html.replace("{", "{{").replace("}", "}}")
    return Bar(ANY_MARK.sub(lambda mark: f"{{{NAMES[mark[0]]}}}", braces))
