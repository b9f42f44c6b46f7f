"""Making a map: a job reads all vectors of a domain in blocks, fits, projects, and stores where each sample lies."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.conf import settings
from django.db import transaction

from afsweb.core.artifacts import store_artifact
from afsweb.core.history import record
from afsweb.core.jobs.context import JobContext, Stopped
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.jobs.registry import job
from afsweb.core.models import Artifact, ArtifactKind, EventSource, User, WorkState
from datasets_app.errors import DatasetError
from datasets_app.maps.errors import NothingToMap, UmapNotInstalled
from datasets_app.maps.points import Points, save_points
from datasets_app.maps.projecting import Moments, Project, has_umap, pca, umap
from datasets_app.models import DIMENSIONS, Domain, Embedding, EmbeddingMap, Method, SampleState
from datasets_app.quality.embedding import Vectors, default_embedder
from datasets_app.quality.vectors import Block, read_kept

MAKE = "datasets.make_map"
FEWEST = 3
UMAP_BOUND = 20_000


@dataclass(frozen=True)
class MapPlan:
    """What a person asks of a map. `bound`: UMAP is fitted on so many vectors at most; PCA always on all."""

    domain: Domain
    method: Method = Method.PCA
    bound: int = UMAP_BOUND


@transaction.atomic
def start_map(plan: MapPlan, *, by: User | None, via: EventSource = EventSource.UI) -> EmbeddingMap:
    """Make the row of a map and enqueue its making. Raises `NothingToMap`, `UmapNotInstalled`."""
    embedder = default_embedder()
    vectors = Embedding.objects.filter(
        embedder=embedder, version__current_of__domain=plan.domain, version__current_of__isnull=False
    ).exclude(version__current_of__state=SampleState.ARCHIVED)
    if (count := vectors[:FEWEST].count()) < FEWEST:
        raise NothingToMap(domain=plan.domain.name, count=count)
    if plan.method == Method.UMAP and not has_umap():
        raise UmapNotInstalled
    bound = plan.bound if plan.method == Method.UMAP else None
    new = EmbeddingMap.objects.create(
        domain=plan.domain, method=plan.method, embedder=embedder, sample_bound=bound, created_by=by
    )
    title = f"Map {plan.domain.name} by {Method(plan.method).label}"
    new.job = enqueue(MAKE, {"map_id": new.pk}, title=title, by=by, about=("show_map", new))
    new.save(update_fields=["job"])
    record("map", new, actor=by, source=via, after={"domain": plan.domain.slug, "method": plan.method, "bound": bound})
    return new


def refuse_retry(*, map_id: int) -> str:
    """Why the making must not run again, or ""."""
    made = EmbeddingMap.objects.filter(pk=map_id).first()
    if made is None:
        return "The map was deleted."
    return "The map is made." if made.state == WorkState.SUCCEEDED else ""


@job(MAKE, refuse_retry=refuse_retry)
def make_map(ctx: JobContext, *, map_id: int) -> None:
    """Fit, project, store. Nothing is kept before the end; safe to stop and to run twice."""
    made = EmbeddingMap.objects.select_related("domain", "embedder").get(pk=map_id)
    if made.state == WorkState.SUCCEEDED:
        return
    try:
        with ctx.fenced():
            EmbeddingMap.objects.filter(pk=made.pk).update(state=WorkState.RUNNING, error="", job=ctx.job)
        _make(ctx, made)
    except Stopped:
        _settle(ctx, made, state=WorkState.STOPPED)
        raise
    except DatasetError as error:
        _settle(ctx, made, state=WorkState.FAILED, error=str(error))
        raise


def _make(ctx: JobContext, made: EmbeddingMap) -> None:
    fit = _fit_pca if made.method == Method.PCA else _fit_umap
    project, variance = fit(ctx, made)
    points = _place(ctx, made, project)
    artifact = _store(ctx, made, points)
    _settle(ctx, made, state=WorkState.SUCCEEDED, count=len(points), variance=variance, artifact=artifact)
    ctx.finish(points=len(points), variance=variance)


def _fit_pca(ctx: JobContext, made: EmbeddingMap) -> tuple[Project, list[float]]:
    moments = Moments(DIMENSIONS)
    for block in _blocks(ctx, made, "fitting"):
        moments.add(block.vectors)
    if moments.count < FEWEST:
        raise NothingToMap(domain=made.domain.name, count=moments.count)
    return pca(moments)


def _fit_umap(ctx: JobContext, made: EmbeddingMap) -> tuple[Project, list[float]]:
    drawn = draw(_blocks(ctx, made, "reading"), made.sample_bound or UMAP_BOUND)
    if len(drawn) < FEWEST:
        raise NothingToMap(domain=made.domain.name, count=len(drawn))
    ctx.progress(0, note=f"fitting UMAP on {len(drawn):,} vectors; it says nothing until it is done")
    return umap(drawn), []


def draw(blocks: Iterator[Block], most: int, seed: int = 0) -> Vectors:
    """At most `most` of the vectors, every one as likely as any other: those of the lowest random numbers."""
    dice = np.random.default_rng(seed)
    keys, kept = np.empty(0), np.empty((0, 0), dtype=np.float32)
    for block in blocks:
        keys = np.concatenate([keys, dice.random(len(block.vectors))])
        kept = np.concatenate([kept.reshape(-1, block.vectors.shape[1]), block.vectors])
        lowest = np.sort(np.argsort(keys, kind="stable")[:most])
        keys, kept = keys[lowest], kept[lowest]
    return kept


def _place(ctx: JobContext, made: EmbeddingMap, project: Project) -> Points:
    ids, places = [np.empty(0, dtype=np.int64)], [np.empty((0, 2), dtype=np.float32)]
    for block in _blocks(ctx, made, "placing"):
        ids.append(block.samples)
        places.append(project(block.vectors))
    return Points(np.concatenate(ids), np.concatenate(places))


def _blocks(ctx: JobContext, made: EmbeddingMap, note: str) -> Iterator[Block]:
    done = 0
    for block in read_kept(made.embedder, made.domain):
        yield block
        done += len(block.samples)
        ctx.progress(done, note=note)


def _store(ctx: JobContext, made: EmbeddingMap, points: Points) -> Artifact:
    settings.WORK_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="map-", dir=settings.WORK_DIR) as folder:
        save_points(points, Path(folder))
        return store_artifact(ArtifactKind.MAP, f"map of {made.domain.name}", Path(folder), ctx.job)


def _settle(ctx: JobContext, made: EmbeddingMap, **changes: object) -> None:
    with ctx.fenced():
        EmbeddingMap.objects.filter(pk=made.pk).update(**changes)


@transaction.atomic
def delete_map(made: EmbeddingMap, *, by: User | None, via: EventSource = EventSource.UI) -> None:
    """Delete a map; its selections and the queues of them stay, and so do the stored files."""
    record("delete", made, actor=by, source=via, before={"map": str(made), "count": made.count})
    made.delete()
