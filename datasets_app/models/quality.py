from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from pgvector.django import HalfVectorField, HnswIndex

from afsweb.core.models import Public
from datasets_app.models.sample import SampleVersion

DIMENSIONS = 384


class Embedder(models.Model):
    """What turns a text into a vector. Vectors of two embedders are never compared."""

    name = models.CharField(max_length=64, unique=True)
    version = models.CharField(max_length=32)
    dimensions = models.PositiveSmallIntegerField(default=DIMENSIONS)
    duplicate_bound = models.FloatField(help_text="Cosine at and above which two texts are near-duplicates.")
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_default"], name="one_default_embedder", condition=Q(is_default=True))
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Embedding(models.Model):
    """The vector of one version's instruction and output, in a table of its own so that samples stay narrow."""

    version = models.ForeignKey(SampleVersion, models.CASCADE, related_name="embeddings", db_index=False)
    embedder = models.ForeignKey(Embedder, models.PROTECT, db_index=False)
    vector = HalfVectorField(dimensions=DIMENSIONS)

    class Meta:
        indexes = [
            HnswIndex(
                fields=["vector"], name="embedding_near", m=16, ef_construction=64, opclasses=["halfvec_cosine_ops"]
            )
        ]
        constraints = [models.UniqueConstraint(fields=["version", "embedder"], name="one_vector_per_embedder")]

    def __str__(self) -> str:
        return f"vector of {self.version_id}"


class Verdict(Public):
    """What a verifier found about one version."""

    version = models.ForeignKey(SampleVersion, models.CASCADE, related_name="verdicts", db_index=False)
    verifier = models.CharField(max_length=48)
    verifier_version = models.CharField(max_length=32)
    level = models.PositiveSmallIntegerField(help_text="How far up the ladder of checks it came without a bad finding.")
    findings = models.JSONField(default=list)
    codes = ArrayField(models.TextField(), default=list, help_text="The codes of the findings, each once.")
    supported = models.PositiveIntegerField(default=0)
    contradicted = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)
    byte_count = models.PositiveIntegerField(null=True, blank=True)
    cycles = models.JSONField(null=True, blank=True)
    tool_versions = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["verifier", "verifier_version", "level"], name="verdict_by_level"),
            GinIndex(fields=["codes"], name="verdict_by_code"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["version", "verifier", "verifier_version"], name="one_verdict_per_verifier")
        ]

    def __str__(self) -> str:
        return f"{self.verifier} on {self.version_id}: level {self.level}"


class FindingCode(models.Model):
    """A code that a verifier found, and how often so far: what a filter offers, without reading a million verdicts.

    `found` orders the codes and no more: it goes on counting findings on texts that were edited or deleted since.
    """

    verifier = models.CharField(max_length=48)
    verifier_version = models.CharField(max_length=32)
    code = models.TextField()
    found = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["verifier", "verifier_version", "code"], name="one_count_per_code")
        ]

    def __str__(self) -> str:
        return f"{self.code} of {self.verifier} {self.verifier_version}"


class GateVersion(Public):
    """The rule that says which samples pass: vetoes, weights of the components, a threshold for each domain."""

    number = models.PositiveIntegerField(unique=True)
    weights = models.JSONField(help_text="Component -> weight; a component that is null takes its weight with it.")
    vetoes = models.JSONField(default=list)
    thresholds = models.JSONField(help_text="Domain slug -> lowest overall score that passes.")
    note = models.CharField(max_length=300, blank=True)
    is_current = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_current"], name="one_current_gate", condition=Q(is_current=True))
        ]

    def __str__(self) -> str:
        return f"gate {self.number}"


def _share(name: str) -> Q:
    return Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 0, f"{name}__lte": 1})


class Score(models.Model):
    """The components for one version under one gate. What could not be computed is null, never 1.0."""

    version = models.ForeignKey(SampleVersion, models.CASCADE, related_name="scores", db_index=False)
    gate = models.ForeignKey(GateVersion, models.PROTECT, related_name="scores", db_index=False)
    diversity = models.FloatField(null=True, blank=True)
    kg_consistency = models.FloatField(null=True, blank=True)
    hallucination_risk = models.FloatField(null=True, blank=True)
    coherence = models.FloatField(null=True, blank=True)
    overall = models.FloatField(null=True, blank=True)
    vetoes = models.JSONField(default=list)
    passes = models.BooleanField()
    reasons = models.JSONField(default=dict, help_text="Component -> one sentence, for nulls too.")

    class Meta:
        indexes = [
            models.Index(fields=["gate", "overall"], name="score_by_overall"),
            models.Index(fields=["gate", "passes"], name="score_by_passing"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["version", "gate"], name="one_score_per_gate"),
            models.CheckConstraint(
                name="scores_are_shares",
                condition=_share("diversity")
                & _share("kg_consistency")
                & _share("hallucination_risk")
                & _share("coherence")
                & _share("overall"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gate} on {self.version_id}: {self.overall}"
