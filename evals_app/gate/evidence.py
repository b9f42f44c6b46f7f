"""What a gate looks at: the newest evaluations of a version and of its baseline, read once."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from django.urls import reverse

from afsweb.core.finding import NoSuchRow, find_called
from afsweb.core.models import WorkState
from evals_app.compare.comparability import are_alike
from evals_app.compare.pairing import CasePair, pair_up
from evals_app.contamination.clean import Seen, seen_by
from evals_app.gate.report import Link
from evals_app.gate.rules import KEYWORDS, Rules
from evals_app.models import Comparison, EvalRun, Gate, Suite
from evals_app.results.scores import CaseScore, case_scores
from training_app.models import Expert, ModelVersion
from training_app.registry.versions import plain_bases


class Evidence:
    """Of one version before one gate. Every look-up is made once and only when a rule asks."""

    def __init__(self, expert: Expert, version: ModelVersion, gate: Gate) -> None:
        self.expert, self.version, self.gate = expert, version, gate
        self.rules = Rules.model_validate(gate.rules)
        self.baseline = _baseline(expert, version, self.rules)
        self.suite = cache(newest_suite)
        self.run = cache(self._run)
        self.before = cache(self._before)
        self.scores = cache(self._scores)
        self.seen = cache(self._seen)

    def pairs(self, slug: str, without: Collection[str] = ()) -> list[CasePair]:
        """The cases of both runs side by side, but for those of these keys. Both runs must be there."""
        before, after = self.before(slug), self.run(slug)
        assert before
        assert after
        pairs = pair_up(self.scores(before), self.scores(after))
        return [pair for pair in pairs if pair.baseline.key not in without]

    def missing(self, slug: str, *, both: bool = True) -> tuple[str, list[Link]] | None:
        """Why a suite says nothing yet, with what to do; None where the runs that are needed are there."""
        suite = self.suite(slug)
        if suite is None:
            return f"There is no suite “{slug}” yet.", [("Suites", reverse("list_suites"))]
        if self.run(slug) is None:
            return f"{self.version} has not answered {suite} yet.", [self._evaluate(self.version, suite)]
        if not both:
            return None
        if self.baseline is None:
            return "There is nothing to measure it against: no current version, and no plain base that was made.", []
        if self.before(slug) is None:
            return f"{self.baseline} has not answered {suite} yet.", [self._evaluate(self.baseline, suite)]
        return None

    def links(self, slug: str) -> list[Link]:
        """Where the figures of a suite come from: both runs, and their comparison or the form that makes it."""
        before, after = self.before(slug), self.run(slug)
        found = [(str(run), run.get_absolute_url()) for run in (after, before) if run]
        if before and after:
            made = Comparison.objects.filter(baseline=before, candidate=after).defer("statistics").first()
            launch = f"{reverse('launch_comparison')}?baseline={before.uuid}&candidate={after.uuid}"
            found.append(("Comparison", made.get_absolute_url() if made else launch))
        return found

    def keyword_suites(self) -> list[str]:
        """The suites among its own whose answers are scored by words."""
        found = [suite for suite in map(self.suite, self.rules.suites()) if suite]
        return [str(suite) for suite in found if scored_by_keywords(suite)]

    def _run(self, slug: str) -> EvalRun | None:
        suite = self.suite(slug)
        return _newest(self.version, suite) if suite else None

    def _before(self, slug: str) -> EvalRun | None:
        """The baseline's newest run, one that was drawn and scored as the candidate's where there is any."""
        suite, after = self.suite(slug), self.run(slug)
        if suite is None or self.baseline is None:
            return None
        runs = list(finished(self.baseline, suite)[:20])
        alike = [run for run in runs if after and are_alike(run, after)]
        return next(iter([*alike, *runs]), None)

    def _scores(self, run: EvalRun) -> list[CaseScore]:
        return case_scores(run)

    def _seen(self, run: EvalRun) -> Seen:
        return seen_by(run)

    def _evaluate(self, version: ModelVersion, suite: Suite) -> Link:
        address = f"{reverse('launch_eval')}?version={version.uuid}&suite={suite.uuid}"
        return f"Evaluate {version}", address


def newest_suite(slug: str) -> Suite | None:
    """The newest version of the suite that is in use."""
    return Suite.objects.filter(slug=slug, is_archived=False).order_by("-number").first()


def scored_by_keywords(suite: Suite) -> bool:
    """Whether any case of the suite is scored by the words it holds. One query."""
    names = set(suite.cases.order_by().values_list("scorer", flat=True).distinct())
    return not names.isdisjoint(KEYWORDS) or ("" in names and suite.scorer in KEYWORDS)


def finished(version: ModelVersion, suite: Suite) -> list[EvalRun]:
    """The version's finished evaluations on just these cases, newest first."""
    runs = EvalRun.objects.filter(version=version, suite__sha256=suite.sha256, state=WorkState.SUCCEEDED)
    return list(runs.select_related("suite", "version__endpoint", "version__base_model").order_by("-pk")[:20])


def _newest(version: ModelVersion, suite: Suite) -> EvalRun | None:
    return next(iter(finished(version, suite)), None)


def _baseline(expert: Expert, version: ModelVersion, rules: Rules) -> ModelVersion | None:
    """What it is measured against: the version that the rules name, else the current one, else the base as it is."""
    if rules.baseline:
        try:
            named = find_called(ModelVersion.objects.all(), rules.baseline)
        except NoSuchRow:
            return None
        return named
    if expert.current_version_id is not None:
        return ModelVersion.objects.get(pk=expert.current_version_id)
    plain = plain_bases()
    return plain.filter(base_model=version.base_model_id).exclude(pk=version.pk).order_by("pk").first()
