from __future__ import annotations

import hashlib
import json
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from afsweb.core.models import Endpoint, Public
from evals_app.models.run import EvalRun, Result


class Rubric(Public):
    """What a judge is told to look for. A version never changes; a change makes the next number.

    `criteria`: {name, text, weight} each, judged from 0 to 4; `safety`: {name, text} each, broken or not; one that is
    broken makes the whole worth nothing. `anchors`: {key, question, answer, mark} each, answers that people marked.
    """

    slug = models.SlugField(max_length=64)
    number = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=200)
    criteria = models.JSONField(default=list)
    safety = models.JSONField(default=list, blank=True)
    anchors = models.JSONField(
        default=list, blank=True, help_text="Fixed answers with the mark that people gave, 0 to 1."
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["slug", "-number"]
        constraints = [models.UniqueConstraint(fields=["slug", "number"], name="one_rubric_per_number")]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("show_rubric", args=[self.uuid])

    @property
    def reference(self) -> str:
        """What a case calls it: `clarity:2`."""
        return f"{self.slug}:{self.number}"

    @property
    def sha256(self) -> str:
        """Of what a judge reads; anchors are not told to it as such."""
        told = [self.criteria, self.safety]
        text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def content(self) -> list[Any]:
        """All that a version is made of, to tell whether another would be the same."""
        return [self.name, self.criteria, self.safety, self.anchors]


class JudgeCheck(Public):
    """A judge's marks for a rubric's anchors, given before it judged a run: a judge that changed is seen by them.

    A rubric without anchors has one without marks: it says all the same who judged.
    """

    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="checks")
    judge = models.ForeignKey(Endpoint, models.PROTECT, related_name="+")
    run = models.ForeignKey(EvalRun, models.CASCADE, null=True, blank=True, related_name="judge_checks")
    version = models.CharField(
        max_length=32, blank=True, help_text="Of the judge, the rubric and the prompt, as on scores."
    )
    model = models.CharField(max_length=200, blank=True, help_text="The judge's model at that time.")
    marks = models.JSONField(help_text="Of each anchor, by its key: 0 to 1, null where none could be read.")

    class Meta:
        indexes = [
            models.Index(fields=["rubric", "judge", "-id"], name="judge_checks"),
            models.Index(fields=["version", "id"], name="judge_checks_of_version"),
        ]
        constraints = [models.UniqueConstraint(fields=["run", "version"], name="one_check_per_judged_run")]

    def __str__(self) -> str:
        return f"{self.judge} on {self.rubric}"


class JudgedPair(models.Model):
    """Two answers to one case that a judge compared twice, each of them standing first once.

    A verdict names the answer, not the place: `left` is the baseline's. Empty: the judge's reply could not be read.
    """

    left = models.ForeignKey(Result, models.CASCADE, related_name="+")
    right = models.ForeignKey(Result, models.CASCADE, related_name="+")
    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="pairs")
    judge = models.ForeignKey(Endpoint, models.PROTECT, related_name="+")
    version = models.CharField(max_length=32, help_text="Of the judge, the rubric and the prompt.")
    forward = models.CharField(max_length=8, blank=True, help_text="Better with the baseline first: left, right, same.")
    backward = models.CharField(max_length=8, blank=True, help_text="The same with the candidate first.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["version", "id"], name="judged_pairs_of_version")]
        constraints = [models.UniqueConstraint(fields=["left", "right", "version"], name="one_judged_pair_per_judge")]

    def __str__(self) -> str:
        return f"{self.left_id} against {self.right_id}: {self.verdict or 'not read'}"

    @property
    def is_flipped(self) -> bool:
        """Whether the verdict changed with the places."""
        return bool(self.forward and self.backward) and self.forward != self.backward

    @property
    def verdict(self) -> str:
        """What both said alike; "same" where the places decided; empty where one could not be read."""
        if not self.forward or not self.backward:
            return ""
        return "same" if self.is_flipped else self.forward
