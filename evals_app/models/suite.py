from __future__ import annotations

from django.db import models
from django.urls import reverse

from afsweb.core.models import Public
from datasets_app.models import Domain


class Purpose(models.TextChoices):
    """What a suite is asked for: the domain itself, what must never go wrong, or what training must not destroy."""

    DOMAIN = "domain", "the domain"
    SAFETY = "safety", "safety"
    GENERAL = "general", "general ability"


class Suite(Public):
    """A versioned set of cases. A version that was run never changes; a change makes the next number."""

    slug = models.SlugField(max_length=64)
    number = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=200)
    domain = models.ForeignKey(Domain, models.PROTECT, related_name="suites")
    purpose = models.CharField(max_length=8, choices=Purpose, default=Purpose.DOMAIN)
    description = models.TextField(blank=True)
    scorer = models.CharField(max_length=48, help_text="Of the cases that name no scorer of their own.")
    sha256 = models.CharField(max_length=64, help_text="Of its cases in key order.")
    is_archived = models.BooleanField(default=False)

    class Meta:
        ordering = ["slug", "-number"]
        constraints = [models.UniqueConstraint(fields=["slug", "number"], name="one_suite_per_number")]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("show_suite", args=[self.uuid])


class Case(Public):
    """One question with what a right answer must show. Cases of one cluster are about the same fact (or persona).

    Each version of a suite has rows of its own; a case that did not change keeps its `key`, `revision` and `sha256`
    from version to version. A key is never given to another question.
    """

    suite = models.ForeignKey(Suite, models.CASCADE, related_name="cases")
    key = models.CharField(max_length=100)
    revision = models.PositiveIntegerField(default=1, help_text="Counts the wordings that this key has had.")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of all that is asked and scored.")
    category = models.CharField(max_length=100)
    cluster = models.CharField(max_length=100)
    tags = models.JSONField(default=list, blank=True)
    messages = models.JSONField(help_text="The chat so far; it ends with the question.")
    scorer = models.CharField(max_length=48, blank=True, help_text="Empty: the suite's.")
    expected = models.JSONField(help_text="What its scorer needs to judge an answer: its settings.")
    references = models.JSONField(default=list, blank=True, help_text="Answers that a person holds for good.")

    class Meta:
        ordering = ["suite", "key"]
        constraints = [models.UniqueConstraint(fields=["suite", "key"], name="one_case_per_key")]

    def __str__(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return reverse("show_case", args=[self.suite.uuid, self.uuid])

    @property
    def question(self) -> str:
        """What is asked: the last message, which is the user's."""
        return str(self.messages[-1]["content"])
