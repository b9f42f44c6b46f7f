"""Tickets: what the server must know again when the decision on a card comes back, however much later."""

from __future__ import annotations

from dataclasses import astuple, dataclass

from django.core import signing

from datasets_app.review.errors import BadTicket

SALT = "review card"


@dataclass(frozen=True)
class Ticket:
    """What a card was handed out for: from which queue, how many judge it, which decision it silently repeats.

    A page carries it as a signed text, on every card alike, so that nothing on the page tells a repeat.
    """

    queue_id: int | None = None
    overlap: int = 1
    repeat_of_id: int | None = None

    @property
    def is_opinion(self) -> bool:
        return self.overlap > 1

    def sign(self) -> str:
        """The text that a page carries."""
        return signing.dumps(astuple(self), salt=SALT)


PLAIN = Ticket()


def read_ticket(text: str) -> Ticket:
    """The ticket that `sign` made the text of; without a text the plain one. Raises BadTicket."""
    if not text:
        return PLAIN
    try:
        return Ticket(*signing.loads(text, salt=SALT))
    except signing.BadSignature as error:
        raise BadTicket from error
