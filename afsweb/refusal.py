"""What a person can put right: a class whose docstring is the message they read, with what to do. No Django."""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """This is not possible."""

    status: ClassVar[int] = 1  # what a command that is refused exits with

    def __init__(self, **facts: object) -> None:
        super().__init__(" ".join((type(self).__doc__ or "").split()).format(**facts).strip())
