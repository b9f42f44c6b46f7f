"""What a person can put right about data; a class's docstring is the message that they read."""

from __future__ import annotations


class DatasetError(Exception):
    """Something is wrong with the data."""

    def __init__(self, **facts: object) -> None:
        super().__init__(" ".join((type(self).__doc__ or "").split()).format(**facts))
