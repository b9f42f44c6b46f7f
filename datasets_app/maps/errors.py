"""What a person can put right about a map; a class's docstring is the message that they read."""

from __future__ import annotations

from datasets_app.errors import DatasetError


class NothingToMap(DatasetError):
    """“{domain}” has {count} sample(s) with a vector; a map needs 3. Import or generate samples: each gets its vector
    when it is examined.
    """


class UmapNotInstalled(DatasetError):
    """UMAP is not installed here. Install it with “pip install afsweb[umap]” where the workers run, or take PCA."""


class NoMapYet(DatasetError):
    """This map has no points: it is {state}. Wait for its job, or make another one."""


class PointsGone(DatasetError):
    """The file with the points of this map is missing or damaged. Make the map anew."""


class BadOutline(DatasetError):
    """That is no area of the map: draw a line around some points, or fill in all four numbers."""


class NothingInside(DatasetError):
    """No sample of the map lies there. Draw the line around some points."""


class TooManyInside(DatasetError):
    """{count} samples lie there, more than the {most} that one selection holds. Draw it smaller, or filter the list
    of samples instead.
    """
