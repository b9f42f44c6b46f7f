"""The points of a map as files: sample ids and coordinates, in the same order, mapped into memory when read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from afsweb.core.artifacts import artifact_path
from afsweb.core.models import Artifact
from afsweb.storage import StorageError
from datasets_app.maps.errors import NoMapYet, PointsGone
from datasets_app.models import EmbeddingMap

Ids = npt.NDArray[np.int64]
Places = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
_IDS, _PLACES = "ids.npy", "places.npy"


@dataclass(frozen=True)
class Box:
    """A rectangle of the map's coordinates, its edges within."""

    x0: float
    x1: float
    y0: float
    y1: float

    def wider(self, share: float) -> Box:
        """The same with `share` of its size more on each side."""
        across, up = share * (self.x1 - self.x0), share * (self.y1 - self.y0)
        return Box(self.x0 - across, self.x1 + across, self.y0 - up, self.y1 + up)


@dataclass(frozen=True, eq=False)
class Points:
    """Sample ids (n int64), and where each lies (n x 2 float32)."""

    ids: Ids
    places: Places

    def __len__(self) -> int:
        return len(self.ids)

    def only(self, chosen: Mask | Ids) -> Points:
        """Those of a mask, or at these positions."""
        return Points(self.ids[chosen], self.places[chosen])

    def within(self, box: Box) -> Points:
        """Those that lie in a rectangle."""
        x, y = self.places[:, 0], self.places[:, 1]
        return self.only((x >= box.x0) & (x <= box.x1) & (y >= box.y0) & (y <= box.y1))

    def extent(self) -> Box:
        """The smallest rectangle that holds all; that of one place has some size nevertheless."""
        if not len(self):
            return Box(-1.0, 1.0, -1.0, 1.0)
        (x0, y0), (x1, y1) = self.places.min(axis=0).tolist(), self.places.max(axis=0).tolist()
        return Box(x0, x1 if x1 > x0 else x0 + 1, y0, y1 if y1 > y0 else y0 + 1)


def save_points(points: Points, folder: Path) -> None:
    """Write the files of a map into `folder`; the same points give the same bytes."""
    np.save(folder / _IDS, points.ids, allow_pickle=False)
    np.save(folder / _PLACES, points.places, allow_pickle=False)


def load_points(shown: EmbeddingMap) -> Points:
    """The points of a map. Raises `NoMapYet`, `PointsGone`."""
    if shown.artifact is None:
        raise NoMapYet(state=shown.shown_state.label)
    return _load(shown.artifact.sha256)


@lru_cache(maxsize=4)
def _load(sha256: str) -> Points:
    """By content, which never changes: verified once, then only looked into."""
    try:
        folder = artifact_path(Artifact(sha256=sha256))
        return Points(*(np.load(folder / name, mmap_mode="r", allow_pickle=False) for name in (_IDS, _PLACES)))
    except (StorageError, OSError, ValueError) as error:
        raise PointsGone from error
