"""Examining samples: secrets, vectors, near-duplicates, verdicts, scores.

Follows every import, campaign and edit, as a job.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db.models import Exists, OuterRef, QuerySet

from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue, waiting_job
from afsweb.core.jobs.registry import job
from afsweb.core.models import Job, User
from datasets_app.coverage.counting import count_soon
from datasets_app.coverage.topics import save_topics, tell_topics, topic_code
from datasets_app.errors import DatasetError
from datasets_app.models import (
    Domain,
    Embedder,
    Embedding,
    GateVersion,
    Sample,
    SampleState,
    SampleVersion,
    Score,
    Source,
    SourceState,
    Verdict,
)
from datasets_app.quality.duplicates import assign_clusters, exact_duplicates, link_same_texts
from datasets_app.quality.embedding import default_embedder, embed, embedded_text
from datasets_app.quality.neighbours import Neighbourhood, find_neighbours
from datasets_app.quality.scoring import COMPONENTS, Evidence, score
from datasets_app.quality.vectors import BLOCK, Block, read_corpus, read_vectors, save_vectors
from datasets_app.quality.verifying import domain_code, save_verdicts, verdicts_of, verify
from datasets_app.secrets.keeping import look_through, unseen
from datasets_app.symbols.names import names_of

EXAMINE = "datasets.examine_source"
# Texts that are held at once; the longest have 600 kB.
BATCH = 200


class SourceGone(DatasetError):
    """The source “{source}” is {state}, so nothing of it is examined."""


def examine(source: Source, by: User | None, *, again: bool = False) -> Job:
    """Enqueue the examination of what is not yet examined in `source`, or of all of it; in the caller's transaction.

    A job that waits to do just this is enough.
    """
    params = {"source_id": source.pk, "again": again}
    return waiting_job(EXAMINE, params) or enqueue(
        EXAMINE, params, title=f"Examine {source.name}", by=by, about=("show_source", source)
    )


@job(EXAMINE)
def examine_source(ctx: JobContext, *, source_id: int, again: bool = False) -> None:
    """Look through, embed, compare, verify and score each current version that has no score under the current gate.

    With `again`, those that have one too: texts added since may be nearer. Safe to stop and to run twice: vectors and
    verdicts that are stored stay.
    """
    source = Source.objects.select_related("domain").get(pk=source_id)
    gate = GateVersion.objects.get(is_current=True)
    Examination(ctx, source, gate, default_embedder()).run(open_versions(source, gate, again=again))


def open_versions(source: Source, gate: GateVersion, *, again: bool) -> dict[int, int]:
    """Sample id -> current version id of the source's samples, but archived ones, that have no score under `gate`."""
    samples = Sample.objects.filter(source=source, current__isnull=False).exclude(state=SampleState.ARCHIVED)
    if not again:
        samples = samples.filter(~Exists(Score.objects.filter(version=OuterRef("current"), gate=gate)))
    return dict(samples.order_by("pk").values_list("pk", "current_id"))


class Examination:
    """One run over samples of one source, under one gate and with one embedder."""

    def __init__(self, ctx: JobContext, source: Source, gate: GateVersion, embedder: Embedder) -> None:
        self.ctx, self.source, self.gate, self.embedder = ctx, source, gate, embedder
        self.domain: Domain = source.domain
        self.code = domain_code(source.domain)
        self.topics = topic_code(source.domain)
        self.project = names_of(source.domain)
        self.done = self.total = 0

    def run(self, versions: dict[int, int]) -> None:
        """All the steps for these versions, by sample id. Each counts three times: embedded, verified, scored."""
        self.total = 3 * len(versions)
        for ids in slices(list(versions.values()), BATCH):
            # First: until they are looked through, texts with a secret in them are on no list.
            look_through(unseen(SampleVersion.objects.filter(pk__in=ids)), self._writing)
            self._embed(ids)
            self._tell(len(ids), "making vectors")
        for ids in slices(list(versions.values()), BATCH):
            self._tell_topics(ids)
            self._verify(ids)
            self._tell(len(ids), "checking facts")
        for samples in slices(list(versions), BLOCK):
            self._compare_and_score({sample: versions[sample] for sample in samples})
        with self.ctx.fenced():
            count_soon(self.domain)
        self.ctx.finish(examined=len(versions))

    def _embed(self, ids: Sequence[int]) -> None:
        known = Embedding.objects.filter(version=OuterRef("pk"), embedder=self.embedder)
        missing = list(texts(ids).filter(~Exists(known)))
        if missing:
            vectors = embed(self.embedder, [embedded_text(version) for version in missing])
            with self._writing():
                save_vectors(self.embedder, [version.pk for version in missing], vectors)

    def _tell_topics(self, ids: Sequence[int]) -> None:
        if self.topics is not None:
            told = tell_topics(self.topics, ids)
            with self._writing():
                save_topics(told)

    def _verify(self, ids: Sequence[int]) -> None:
        if self.code is not None:
            known = verdicts_of(self.code, self.project).filter(version=OuterRef("pk"))
            verdicts = verify(self.code, list(texts(ids).filter(~Exists(known))), self.project)
            with self._writing():
                save_verdicts(verdicts)

    def _compare_and_score(self, versions: dict[int, int]) -> None:
        new = read_vectors(self.embedder, self.domain, list(versions))
        corpus = self._stoppable(read_corpus(self.embedder, self.domain))
        near = find_neighbours(new, corpus, self.embedder.duplicate_bound)
        with self._writing():
            Domain.objects.select_for_update(no_key=True).get(pk=self.domain.pk)
            link_same_texts(near.duplicates, self.domain, list(versions))
            assign_clusters(near.duplicates)
        for samples in slices(list(versions), BATCH):
            self._score({sample: versions[sample] for sample in samples}, near)
            self._tell(len(samples), "scoring")

    def _score(self, versions: dict[int, int], near: Neighbourhood) -> None:
        repeated = exact_duplicates(self.domain, list(versions))
        verdicts = self._verdicts(list(versions.values()))
        # Whoever edited a sample meanwhile asked for its new version's examination.
        still = Sample.objects.filter(pk__in=versions, current__in=versions.values()).values_list("pk", flat=True)
        evidence = [
            Evidence(versions[pk], verdicts.get(versions[pk]), near.nearest.get(pk), repeated.get(pk)) for pk in still
        ]
        with self._writing():
            save_scores([score(one, self.gate, self.domain) for one in evidence])

    def _verdicts(self, ids: Sequence[int]) -> dict[int, Verdict]:
        if self.code is None:
            return {}
        said = verdicts_of(self.code, self.project)
        return {verdict.version_id: verdict for verdict in said.filter(version__in=ids)}

    def _stoppable(self, blocks: Iterable[Block]) -> Iterator[Block]:
        for block in blocks:
            self.ctx.check_stop()
            yield block

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """A fenced transaction in which the source cannot be undone under our hands. Raises `SourceGone`."""
        with self.ctx.fenced():
            source = Source.objects.select_for_update(no_key=True).get(pk=self.source.pk)
            if source.state not in (SourceState.ACTIVE, SourceState.ARCHIVED):
                raise SourceGone(source=source.name, state=source.get_state_display())
            yield

    def _tell(self, more: int, note: str) -> None:
        self.done += more
        self.ctx.progress(self.done, self.total, note)


def texts(ids: Sequence[int]) -> QuerySet[SampleVersion]:
    """These versions with what their verifier may know of them, without their search vectors."""
    return SampleVersion.objects.filter(pk__in=ids).select_related("sample__item").defer("search").order_by("pk")


def save_scores(scores: Sequence[Score]) -> None:
    """Store scores; one that its version has under the same gate is replaced."""
    changed = [*COMPONENTS, "overall", "vetoes", "passes", "reasons"]
    Score.objects.bulk_create(
        scores, update_conflicts=True, unique_fields=["version", "gate"], update_fields=changed, batch_size=BATCH
    )


def slices(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """`ids` in runs of `size`."""
    return (ids[start : start + size] for start in range(0, len(ids), size))
