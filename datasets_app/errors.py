"""What a person can put right about data; a class's docstring is the message that they read."""

from __future__ import annotations

from afsweb.refusal import Refusal


class DatasetError(Refusal):
    """Something is wrong with the data."""
