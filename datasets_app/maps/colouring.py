"""What the colour of a point says: the sample's state, kind, topic or score, as it is now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import F, Sum, TextChoices

from afsweb.tokens import Theme, colours
from datasets_app.coverage.topics import label_of
from datasets_app.maps.points import Ids
from datasets_app.models import CoverageCell, Domain, GateVersion, Sample, SampleState

# Okabe and Ito's colours, which people with any of the usual colour blindnesses tell apart, without black and yellow.
_APART = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c6d31")
# Viridis at five places, the lightest a little darker: dark is low, light is high.
_STEPS = ("#440154", "#3b528b", "#21918c", "#5ec962", "#dfc318")
OTHERS, NONE = "all others", "none"
Codes = npt.NDArray[np.int64]


class ColourBy(TextChoices):
    STATE = "state", "state"
    KIND = "kind", "kind"
    TOPIC = "topic", "topic"
    SCORE = "score", "score"


@dataclass(frozen=True)
class Shade:
    """One entry of the legend: the word, and its colour as #rrggbb."""

    label: str
    colour: str


@dataclass(frozen=True)
class Attributes:
    """What is known now of some samples, in the order of `ids`: those that are gone or archived are not among them."""

    ids: Ids
    kinds: list[str]
    values: list[str]


def read_attributes(ids: Ids, by: ColourBy) -> Attributes:
    """The kind of each sample, and the word that decides its colour; one statement."""
    gate = GateVersion.objects.filter(is_current=True).values_list("pk", flat=True).first()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT sample.id, sample.kind, {_VALUES[by]}
                FROM datasets_sample AS sample {_SCORES if by == ColourBy.SCORE else ""}
                WHERE sample.id = ANY(%(ids)s) AND sample.state <> 'archived' AND sample.current_id IS NOT NULL
                ORDER BY sample.id""",
            {"ids": ids.tolist(), "gate": gate},
        )
        rows = cursor.fetchall()
    known, kinds, values = zip(*rows, strict=True) if rows else ((), (), ())
    return Attributes(np.array(known, dtype=np.int64), list(kinds), list(values))


_SCORES = "LEFT JOIN datasets_score AS score ON score.version_id = sample.current_id AND score.gate_id = %(gate)s"
_VALUES = {
    ColourBy.STATE: "CASE WHEN sample.is_golden THEN 'golden' ELSE sample.state END",
    ColourBy.KIND: "sample.kind",
    ColourBy.TOPIC: "sample.topic",
    ColourBy.SCORE: "CASE WHEN score.overall IS NULL THEN '' ELSE least(floor(score.overall * 5), 4)::int::text END",
}


def shades_of(domain: Domain, by: ColourBy, theme: Theme) -> dict[str, Shade]:
    """The word of a sample -> its shade. The same for every part of a map: what is frequent in the domain is named.

    A word that is not in it has the shade under OTHERS, and none at all that under "".
    """
    tokens = colours(theme)
    rest = {OTHERS: Shade(OTHERS, tokens["edge"]), "": Shade(NONE, tokens["edge"])}
    if by == ColourBy.STATE:
        words = {"pending": "accent", "accepted": "ok", "golden": "gold", "rejected": "bad"}
        named = SampleState(SampleState.PENDING).label
        return {word: Shade(named if word == "pending" else word, tokens[name]) for word, name in words.items()}
    if by == ColourBy.SCORE:
        steps = (f"{step / 5:.1f} to {(step + 1) / 5:.1f}" for step in range(5))
        bands = zip(map(str, range(5)), map(Shade, steps, _STEPS), strict=True)
        return dict(bands) | {"": Shade("not scored", tokens["edge"])}
    names = frequent(domain, by)
    labels = names if by == ColourBy.KIND else [label_of(domain, name) for name in names]
    return {name: Shade(labels[place], _APART[place]) for place, name in enumerate(names)} | rest


def frequent(domain: Domain, by: ColourBy) -> list[str]:
    """The kinds or topics with the most samples, as the coverage cells say; as many as there are colours."""
    column = by.value
    rows = CoverageCell.objects.filter(domain=domain).exclude(**{column: ""}).order_by().values_list(column)
    counted = rows.annotate(all=Sum(F("waiting") + F("accepted") + F("rejected"))).order_by("-all", column)
    words = [row[0] for row in counted[: len(_APART)]]
    return words or _of_samples(domain, column)


def _of_samples(domain: Domain, column: str) -> list[str]:
    """Some that there are, when nobody has counted the cells yet."""
    newest = Sample.objects.filter(domain=domain).order_by("-pk").values_list(column, flat=True)[:1000]
    return list(dict.fromkeys(word for word in newest if word))[: len(_APART)]


def codes_of(values: Sequence[str], shades: dict[str, Shade]) -> Codes:
    """The place in `shades` of each value."""
    places = {word: place for place, word in enumerate(shades)}
    others = places.get(OTHERS, 0)
    return np.array([places.get(value, others) for value in values], dtype=np.int64)


def colours_of(codes: Codes, shades: dict[str, Shade]) -> npt.NDArray[np.uint8]:
    """The colour of each point as four bytes, red, green, blue, opaque."""
    table = [[*bytes.fromhex(shade.colour[1:]), 255] for shade in shades.values()]
    chosen: npt.NDArray[np.uint8] = np.array(table, dtype=np.uint8)[codes]
    return chosen
