"""Launching a merge: what may be merged with what, the row, its job."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import isfinite
from typing import Any

from django.db import transaction

from afsweb.core.history import record
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import Artifact, EventSource, User
from training_app.errors import (
    HasNoAdapter,
    IsAnotherBase,
    IsAnotherRevision,
    IsAnotherTokenizer,
    NamedTwice,
    NothingToMerge,
    WrongRank,
    WrongWeight,
)
from training_app.models import Merge, MergePart, ModelVersion
from training_app.registry.versions import base_weights_of
from training_app.trainer.merging.spec import LARGEST_WEIGHT

MERGE = "training.merge"
LARGEST_RANK = 4096
TOKENIZER = "tokenizer.json"
Parts = Sequence[tuple[ModelVersion, float]]


def merge_adapters(
    name: str, parts: Parts, *, rank: int | None, by: User | None, source: EventSource = EventSource.UI
) -> Merge:
    """Make one adapter of several: the weighted sum of what they add, or the nearest of rank `rank`.

    Raises a TrainingError.
    """
    if len(parts) < 2:
        raise NothingToMerge
    if rank is not None and not 1 <= rank <= LARGEST_RANK:
        raise WrongRank(largest=LARGEST_RANK)
    for version, weight in parts:
        if not isfinite(weight) or not 0 < abs(weight) <= LARGEST_WEIGHT:
            raise WrongWeight(version=version, largest=LARGEST_WEIGHT)
    return _launch(Merge(name=name, rank=rank, created_by=by), parts, by, source)


def merge_into_base(
    version: ModelVersion, *, name: str = "", by: User | None, source: EventSource = EventSource.UI
) -> Merge:
    """Make whole weights of a version's base and adapter. Raises a TrainingError."""
    name = name or f"{version.name[:57]}-merged"
    return _launch(Merge(name=name, into_base=True, created_by=by), [(version, 1.0)], by, source)


def _launch(merge: Merge, parts: Parts, by: User | None, source: EventSource) -> Merge:
    versions = [version for version, _ in parts]
    _check(versions)
    with transaction.atomic():
        merge.base_model = versions[0].base_model
        merge.save()
        MergePart.objects.bulk_create(MergePart(merge=merge, version=one, weight=weight) for one, weight in parts)
        title = f"Merge {versions[0]} into its base" if merge.into_base else f"Merge {len(parts)} adapters"
        merge.job = enqueue(MERGE, {"merge_id": merge.pk}, title=title, by=by, about=("show_merge", merge), queue="gpu")
        merge.save(update_fields=["job"])
        after: dict[str, Any] = {"of": {str(version): weight for version, weight in parts}, "rank": merge.rank}
        record("merge", merge, actor=by, source=source, after=after)
    return merge


def _check(versions: Sequence[ModelVersion]) -> None:
    for version in versions:
        if version.adapter is None:
            raise HasNoAdapter(version=version)
        base_weights_of(version)
    twice = {str(one) for at, one in enumerate(versions) if one in versions[:at]}
    if twice:
        raise NamedTwice(version=twice.pop())
    for one, other in pairwise(versions):
        _check_pair(one, other)


def _check_pair(one: ModelVersion, other: ModelVersion) -> None:
    """Both stand on the same weights, by the files they were trained on and not by the name alone."""
    if one.base_model_id != other.base_model_id:
        raise IsAnotherBase(one=one, base=one.base_model, other=other, other_base=other.base_model)
    weights, others = base_weights_of(one), base_weights_of(other)
    if _tokenizer(weights) != _tokenizer(others):
        raise IsAnotherTokenizer(one=one, other=other, base=one.base_model)
    if weights != others:
        raise IsAnotherRevision(one=one, other=other, base=one.base_model)


def _tokenizer(weights: Artifact) -> str:
    files = weights.manifest.get("files", [])
    return next((file["sha256"] for file in files if file["path"] == TOKENIZER), "")
