"""What hangs together: ids linked pair by pair, however many pairs there are."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]


class Components:
    """Sets of ids, each named by its lowest. Links are folded as they come: memory grows with ids, not links."""

    def __init__(self) -> None:
        self._ids: list[Ids] = []
        self._roots: list[Ids] = []

    def link(self, left: Ids, right: Ids) -> None:
        """Say that each of `left` belongs with its counterpart in `right`."""
        if len(left):
            ids, roots = _fold(left, right)
            self._ids.append(ids)
            self._roots.append(roots)

    def link_pairs(self, pairs: Iterable[tuple[int, int]]) -> None:
        """The same, for pairs of Python numbers."""
        array = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
        self.link(array[:, 0], array[:, 1])

    def roots(self) -> dict[int, int]:
        """Every linked id with the lowest id of its set."""
        if not self._ids:
            return {}
        ids, roots = _fold(np.concatenate(self._ids), np.concatenate(self._roots))
        return dict(zip(ids.tolist(), roots.tolist(), strict=True))


def _fold(left: Ids, right: Ids) -> tuple[Ids, Ids]:
    """The linked ids in order, and for each the lowest id of its set."""
    # Imported here: only jobs link, and web processes start sooner without.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ids, places = np.unique(np.concatenate([left, right]), return_inverse=True)
    links = coo_array((np.ones(len(left), dtype=np.bool_), (places[: len(left)], places[len(left) :])), (len(ids),) * 2)
    _, labels = connected_components(links, directed=False)
    _, first = np.unique(labels, return_index=True)
    return ids, ids[first][labels]
