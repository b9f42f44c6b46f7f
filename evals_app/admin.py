"""Evaluation in the admin: to look things up. Suites, runs and comparisons are made on their own pages."""

from __future__ import annotations

from django.contrib import admin

from afsweb.core.admin.readonly import ReadOnly
from evals_app.models import Case, Comparison, Contamination, EvalRun, Gate, JudgeCheck, Result, Rubric, Suite


@admin.register(Suite)
class SuiteAdmin(ReadOnly, admin.ModelAdmin[Suite]):
    list_display = ("name", "number", "slug", "domain", "scorer", "is_archived", "created_at")
    list_filter = ("is_archived", "scorer")
    list_select_related = ("domain",)
    search_fields = ("name", "slug")


@admin.register(Case)
class CaseAdmin(ReadOnly, admin.ModelAdmin[Case]):
    list_display = ("key", "suite", "category", "cluster")
    list_select_related = ("suite",)
    search_fields = ("key",)
    show_full_result_count = False


@admin.register(EvalRun)
class EvalRunAdmin(ReadOnly, admin.ModelAdmin[EvalRun]):
    list_display = ("version", "suite", "state", "score", "low", "high", "created_at", "created_by")
    list_filter = ("state",)
    list_select_related = ("version", "suite", "created_by")


@admin.register(Result)
class ResultAdmin(ReadOnly, admin.ModelAdmin[Result]):
    list_display = ("case", "run", "repeat", "state", "score", "extracted")
    list_filter = ("state",)
    list_select_related = ("case", "run__version", "run__suite")
    raw_id_fields = ("run", "case")
    show_full_result_count = False


@admin.register(Comparison)
class ComparisonAdmin(ReadOnly, admin.ModelAdmin[Comparison]):
    list_display = ("baseline", "candidate", "state", "created_at", "created_by")
    list_filter = ("state",)
    list_select_related = (
        "baseline__version",
        "baseline__suite",
        "candidate__version",
        "candidate__suite",
        "created_by",
    )


@admin.register(Rubric)
class RubricAdmin(ReadOnly, admin.ModelAdmin[Rubric]):
    list_display = ("name", "number", "slug", "created_at", "created_by")
    list_select_related = ("created_by",)
    search_fields = ("name", "slug")


@admin.register(JudgeCheck)
class JudgeCheckAdmin(ReadOnly, admin.ModelAdmin[JudgeCheck]):
    list_display = ("judge", "rubric", "model", "run", "created_at")
    list_select_related = ("judge", "rubric", "run__version", "run__suite")


@admin.register(Gate)
class GateAdmin(ReadOnly, admin.ModelAdmin[Gate]):
    list_display = ("expert", "number", "created_at", "created_by")
    list_select_related = ("expert", "created_by")


@admin.register(Contamination)
class ContaminationAdmin(ReadOnly, admin.ModelAdmin[Contamination]):
    list_display = ("suite", "snapshot", "state", "samples", "created_at")
    list_select_related = ("suite", "snapshot")
