from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import MD5, Concat
from django.urls import reverse

from afsweb.core.models import Public
from datasets_app.models.domain import Domain
from datasets_app.models.source import Source
from datasets_app.models.text import Message, Text


class SampleState(models.TextChoices):
    PENDING = "pending", "waits for review"
    ACCEPTED = "accepted", "accepted"
    REJECTED = "rejected", "rejected"
    ARCHIVED = "archived", "archived"


class Decider(models.TextChoices):
    NOBODY = "", "nobody yet"
    GATE = "gate", "the gate"
    PERSON = "person", "a person"


# What no person has decided: what the indexes of a queue's orders hold.
UNDECIDED = ~Q(state=SampleState.ARCHIVED) & ~Q(decided_by=Decider.PERSON) & Q(is_disputed=False)
# A filter by tags says it too, so that the index of the few tagged samples serves it.
TAGGED = ~Q(tags=[])
# What changes together: name in a line of history -> column. Undo of a change compares and restores its facet.
STANDING = {
    "state": "state",
    "decided_by": "decided_by",
    "is_golden": "is_golden",
    "is_disputed": "is_disputed",
    "version": "current_id",
}
FACETS = (STANDING, {"tags": "tags"}, {"assigned_to": "assigned_to_id"}, {"kind": "kind"})


class Sample(Public):
    """One training example. Narrow on purpose: a bulk change of state must not rewrite texts and search vectors.

    `revision` counts every change and settles races: change with `filter(pk=…, revision=…).update(revision=F(…) + 1)`.
    """

    # Few indexes, and none with a lease in it: a claim then leaves all of them alone (Postgres: heap-only tuples), and
    # a change of state writes to as few as can be. The foreign keys' are those below, which give the newest first.
    domain = models.ForeignKey(Domain, models.PROTECT, related_name="samples", db_index=False)
    source = models.ForeignKey(Source, models.PROTECT, related_name="samples", db_index=False)
    kind = models.CharField(max_length=48, blank=True)
    topic = models.CharField(
        max_length=48, blank=True, db_default="", help_text="What it is about, as its domain's code tells."
    )
    state = models.CharField(max_length=16, choices=SampleState, default=SampleState.PENDING)
    decided_by = models.CharField(max_length=8, choices=Decider, default=Decider.NOBODY, blank=True)
    is_golden = models.BooleanField(default=False)
    current = models.OneToOneField(
        "datasets.SampleVersion", models.PROTECT, null=True, blank=True, related_name="current_of"
    )
    group_id = models.CharField(max_length=120, blank=True, help_text="A split never cuts through a group.")
    cluster = models.BigIntegerField(null=True, blank=True, help_text="Near-duplicates share the lowest sample id.")
    revision = models.PositiveIntegerField(default=0)
    leased_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    leased_until = models.DateTimeField(null=True, blank=True)
    tags = ArrayField(models.CharField(max_length=48), default=list, db_default=[], blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="assigned_samples",
        db_index=False,
    )
    is_disputed = models.BooleanField(
        default=False, db_default=False, help_text="Those who judged it do not agree; somebody decides."
    )

    # Copies of the score under the current gate, kept by triggers (migration queues_and_seats): the orders of a queue
    # walk an index over what is undecided, and an index has one table.
    overall = models.FloatField(null=True, blank=True, editable=False)
    distance = models.FloatField(
        null=True, blank=True, editable=False, help_text="Between the score and its threshold, when it was scored."
    )

    class Meta:
        indexes = [
            models.Index(fields=["state", "-id"], name="sample_by_state"),
            models.Index(fields=["source", "-id"], name="sample_by_source"),
            models.Index(fields=["domain", "-id"], name="sample_by_domain"),
            models.Index(fields=["kind", "-id"], name="sample_by_kind"),
            models.Index(fields=["topic", "-id"], name="sample_by_topic"),
            models.Index(fields=["-id"], name="sample_golden", condition=Q(is_golden=True)),
            models.Index(fields=["cluster"], name="sample_by_cluster", condition=Q(cluster__isnull=False)),
            models.Index(fields=["group_id"], name="sample_by_group"),
            models.Index(fields=["assigned_to", "id"], name="sample_assigned", condition=Q(assigned_to__isnull=False)),
            models.Index(fields=["id"], name="sample_disputed", condition=Q(is_disputed=True)),
            GinIndex(fields=["tags"], name="sample_tags", condition=TAGGED),
            models.Index(fields=["decided_by", "-id"], name="undecided_newest", condition=UNDECIDED),
            models.Index(fields=["decided_by", "distance", "id"], name="undecided_unsure", condition=UNDECIDED),
            models.Index(fields=["decided_by", "overall", "id"], name="undecided_lowest", condition=UNDECIDED),
            models.Index(
                F("decided_by"), F("overall").desc(nulls_last=True), F("id"), name="undecided_best", condition=UNDECIDED
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="golden_is_accepted", condition=Q(is_golden=False) | Q(state=SampleState.ACCEPTED)
            ),
            models.CheckConstraint(name="golden_has_a_text", condition=Q(is_golden=False) | Q(current__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"sample {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("show_sample", args=[self.uuid])

    def standing(self) -> dict[str, Any]:
        """What a decision may change, as JSON: kept in a review so that undo can put it back exactly."""
        return {name: getattr(self, column) for name, column in STANDING.items()}

    def change(self, revision: int, **changes: Any) -> bool:
        """Write `changes` and free the lease, unless somebody changed the sample since `revision`: then False.

        One conditional UPDATE, so of two people who decide at once exactly one is told True.
        """
        changes = {"leased_to": None, "leased_until": None} | changes | {"revision": F("revision") + 1}
        return bool(Sample.objects.filter(pk=self.pk, revision=revision).update(**changes))


# What is asked, in few bytes: answers to the same question are found by it. Conversations are not.
PROMPT = MD5(Concat("system", Value("\n"), "instruction", Value("\n"), "input", output_field=models.TextField()))


class SampleVersion(Public):
    """The text of a sample at one time. Verdicts, scores, embeddings, reviews and snapshots point here; edits add one.

    Either `instruction` / `input` / `output`, or `messages` (a list of {role, content}) for more than one turn; for
    those the three fields hold the first user turn and the last answer, so that search and duplicates work the same.
    """

    sample = models.ForeignKey(Sample, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField(default=1)
    system = models.TextField(blank=True)
    instruction = models.TextField()
    input = models.TextField(blank=True)
    output = models.TextField()
    messages = models.JSONField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, help_text="Of the exact text.")
    normal_sha256 = models.CharField(max_length=64, help_text="Of instruction and output, lower case, spaces folded.")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, db_index=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", db_index=False)
    call = models.ForeignKey("core.Call", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    search = models.GeneratedField(
        expression=SearchVector("instruction", "input", "output", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        indexes = [
            GinIndex(fields=["search"], name="version_search"),
            models.Index(fields=["normal_sha256"], name="version_normal"),
            models.Index(fields=["sha256"], name="version_exact"),
            models.Index(PROMPT, name="version_prompt", condition=Q(messages__isnull=True)),
            models.Index(fields=["parent"], name="version_of_parent", condition=Q(parent__isnull=False)),
            models.Index(fields=["call"], name="version_of_call", condition=Q(call__isnull=False)),
        ]
        constraints = [models.UniqueConstraint(fields=["sample", "number"], name="one_text_per_number")]

    def __str__(self) -> str:
        return f"{self.sample} v{self.number}"

    def text(self) -> Text:
        """What this version says."""
        return Text(self.instruction, self.input, self.output, self.system, self.messages)

    def chat(self) -> list[Message]:
        """The chat form (design, Words): optional system, user = instruction, blank line, input; assistant = output."""
        return self.text().chat()
