"""The cases that a version failed, as requests that the domain's generators can fill."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from afsweb.core.finding import read_uuid
from datasets_app.domains.base import Domain as DomainCode
from datasets_app.domains.base import UnknownDomain, get_domain
from datasets_app.generation.forms import MOST_SAMPLES
from datasets_app.models import CoverageCell, Domain, Sample
from evals_app.contamination.index import asked_by
from evals_app.models import Case, EvalRun
from evals_app.results.scores import CaseScore, case_scores

# So many samples are asked for about each failed case: one wording of a fact teaches the wording.
PER_CASE = 10
FEWEST = 20
THINNEST = 2
SAMPLE_TAG, KIND_TAG = "sample:", "kind:"
# What the domain's generators call the kind of sample that trains for what such a scorer asks.
KINDS_BY_SCORER = {"asm_exec": ("write_routine",), "debug": ("debug",)}
KINDS_BY_DIRECTION = {"name": ("register_name",), "address": ("register_address",)}


@dataclass(frozen=True)
class Request:
    """What to generate: by which generator of the domain, which kinds, about which topics, for which cases."""

    domain: str
    generator: str
    kinds: tuple[str, ...]
    topics: tuple[str, ...]
    cases: tuple[Case, ...]
    name: str

    @property
    def target(self) -> int:
        """How many samples."""
        return min(MOST_SAMPLES, max(FEWEST, PER_CASE * len(self.cases)))

    @property
    def url(self) -> str:
        """The campaign form filled with it."""
        filled = {"name": self.name, "generator": f"{self.domain}:{self.generator}", "target": self.target}
        filled |= {"kinds": ", ".join(self.kinds), "topics": ", ".join(self.topics)}
        return f"{reverse('launch_campaign')}?{urlencode({name: value for name, value in filled.items() if value})}"

    @property
    def command(self) -> str:
        """The same for a terminal."""
        words = ["afs campaign launch", f'"{self.name}"', "--domain", self.domain, "--generator", self.generator]
        words += ["--samples", str(self.target)]
        words += ["--kinds", *self.kinds] if self.kinds else []
        words += ["--topics", *self.topics] if self.topics else []
        return " ".join(words)


@dataclass(frozen=True)
class Plan:
    """Requests for the failed cases, and the cases that no generator of the domain knows anything about."""

    failed: int
    requests: list[Request]
    unplaced: list[Case]


def failed_scores(run: EvalRun, baseline: EvalRun | None = None) -> list[CaseScore]:
    """The answered cases that are not right, the worst first; with `baseline` only those that it had right."""
    before = {case.key for case in case_scores(baseline) if case.is_right} if baseline else None
    wrong = [case for case in case_scores(run) if case.score is not None and not case.is_right]
    kept = [case for case in wrong if before is None or case.key in before]
    return sorted(kept, key=lambda case: (case.score or 0.0, case.key))


def plan_samples(run: EvalRun, baseline: EvalRun | None = None) -> Plan:
    """What to generate about the cases that the run failed. Pure reading."""
    failed = failed_scores(run, baseline)
    cases = Case.objects.select_related("suite__domain").in_bulk([case.case_id for case in failed])
    ordered = [cases[case.case_id] for case in failed]
    domain = run.suite.domain
    try:
        code = get_domain(domain.slug)
    except UnknownDomain:
        return Plan(len(failed), [], ordered)
    grouped: dict[tuple[str, tuple[str, ...]], list[tuple[Case, str]]] = defaultdict(list)
    unplaced = []
    samples, cells = _samples(ordered), list(CoverageCell.objects.filter(domain=domain).order_by("accepted"))
    for case in ordered:
        topic = code.topic(text_of(case))
        kinds = kinds_for(case, code, samples) or _thinnest(cells, topic, code)
        generator = next((one.name for one in code.generators if set(kinds) & set(one.kinds)), "")
        if generator:
            grouped[(generator, tuple(kinds))].append((case, topic))
        else:
            unplaced.append(case)
    return Plan(len(failed), [_request(run, domain, *key, of) for key, of in grouped.items()], unplaced)


def kinds_for(case: Case, code: DomainCode, samples: dict[str, str]) -> list[str]:
    """The kinds of sample that train for the case, of those that a generator writes; none where nothing tells.

    `samples`: uuid -> kind of the samples that cases were made from.
    """
    written = {kind for generator in code.generators for kind in generator.kinds}
    told = [tag.removeprefix(KIND_TAG) for tag in case.tags if tag.startswith(KIND_TAG)]
    told += [samples.get(tag.removeprefix(SAMPLE_TAG), "") for tag in case.tags if tag.startswith(SAMPLE_TAG)]
    scorer = case.scorer or case.suite.scorer
    if not told:
        told = [*KINDS_BY_SCORER.get(scorer, ()), *KINDS_BY_DIRECTION.get(str(case.expected.get("direction", "")), ())]
    return [kind for kind in dict.fromkeys(told) if kind in written]


def text_of(case: Case) -> str:
    """What the case is about, question and answer, for the domain to tell its topic."""
    return "\n".join([asked_by(case), *case.references, *_texts(case.expected.values())])


def _texts(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from (item for item in value if isinstance(item, str))


def _samples(cases: Sequence[Case]) -> dict[str, str]:
    from_samples = {tag.removeprefix(SAMPLE_TAG) for case in cases for tag in case.tags if tag.startswith(SAMPLE_TAG)}
    known = [uuid for text in from_samples if (uuid := read_uuid(text))]
    return {str(uuid): kind for uuid, kind in Sample.objects.filter(uuid__in=known).values_list("uuid", "kind")}


def _thinnest(cells: Sequence[CoverageCell], topic: str, code: DomainCode) -> list[str]:
    """Of what there are samples about the topic, the kinds with the fewest accepted ones that a generator writes."""
    written = {kind for generator in code.generators for kind in generator.kinds}
    return [cell.kind for cell in cells if cell.topic == topic and cell.kind in written][:THINNEST]


def _request(
    run: EvalRun, domain: Domain, generator: str, kinds: tuple[str, ...], of: Sequence[tuple[Case, str]]
) -> Request:
    topics = tuple(dict.fromkeys(topic for _, topic in of if topic))
    name = f"what {run.version} failed on {run.suite}"[:200]
    return Request(domain.slug, generator, kinds, topics, tuple(case for case, _ in of), name)
