"""What stops one statement, and what stops the whole text."""

from __future__ import annotations


class Problem(Exception):
    """One statement cannot be assembled; the next one can.

    `code` is for programs, `message` says what was expected and found, `hint` what to do. `at` is the piece of the line
    that is wrong, empty for the whole statement.
    """

    def __init__(self, code: str, message: str, hint: str = "", at: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.at = at


class LineProblem(Problem):
    """The rest of the line cannot be read either: quotes, braces, defines."""


class Halt(Problem):
    """A limit is reached: nothing more of this text is assembled."""
