"""What a domain provides: programs that write samples, and a verifier that says what is true. Imports no Django."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Params = dict[str, Any]
"""What one planned sample is about; JSON types only, so that a plan can be stored as rows."""

ClaimVerdict = Literal["supported", "contradicted", "unknown"]
FindingLevel = Literal["ok", "warn", "bad"]


class UnknownDomain(LookupError):
    """There is no domain “{slug}”. Known domains: {known}."""

    def __init__(self, slug: str, known: str) -> None:
        super().__init__(f"There is no domain “{slug}”. Known domains: {known}.")


class UnknownGenerator(LookupError):
    """The domain “{domain}” has no generator “{name}”. It has: {known}."""

    def __init__(self, domain: str, name: str, known: str) -> None:
        super().__init__(f"The domain “{domain}” has no generator “{name}”. It has: {known or 'none'}.")


class DraftRefused(ValueError):
    """A generator wrote a sample that its own verifier does not pass: {reason}. It is a fault of the generator."""

    def __init__(self, reason: str) -> None:
        super().__init__((self.__doc__ or "").format(reason=reason))


@dataclass(frozen=True, slots=True)
class Draft:
    """One generated sample, not yet stored.

    `group_id` names the fact and the template family (at most 120 characters): drafts that share it say nearly the same
    thing, and a split keeps them on one side. `params` are what `Generator.write` made it from.
    """

    instruction: str
    input: str
    output: str
    kind: str
    group_id: str
    params: Params


class Generator(Protocol):
    """A program that writes samples from facts. Both methods are pure: the same arguments give the same result."""

    @property
    def name(self) -> str: ...

    @property
    def kinds(self) -> tuple[str, ...]: ...

    def plan(self, count: int, seed: int) -> Iterator[Params]:
        """Yield the params of up to `count` different samples; fewer when the generator has no more to say."""
        ...

    def write(self, params: Params) -> Draft:
        """Write the sample that `params` describe. One that the domain's own verifier does not pass: DraftRefused."""
        ...


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement found in a text, and what the facts say about it.

    `start` and `end` are character offsets in the checked text, `line` counts from 1. `verdict` judges the statement as
    made: “$2100 is not VMAIN” is negated and supported. `truth` is a sentence with the fact, empty when none is held.
    """

    kind: str
    text: str
    verdict: ClaimVerdict
    start: int
    end: int
    line: int
    address: int | None = None
    name: str | None = None
    negated: bool = False
    truth: str = ""


@dataclass(frozen=True, eq=False)
class Names:
    """A project's own names: pairs of (address, name). Two are the same only if they are one object."""

    pairs: tuple[tuple[int, str], ...] = ()


NO_NAMES = Names()


@dataclass(frozen=True, slots=True)
class Context:
    """What a verifier may know beside the text that it checks: what the text answers, and what it is meant to be.

    `kind` is the sample's kind, `params` what its generator planned (none of an import), `names` those of the project.
    `thorough`: tools outside this program, which cost a process each, may be asked too.
    """

    instruction: str = ""
    input: str = ""
    kind: str = ""
    params: Params = field(default_factory=dict)
    names: Names = NO_NAMES
    thorough: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a verifier noticed: `code` for programs, `message` for people, `line` (from 1) in the field `where`.

    `hint` says what to do, `table` shows the evidence: rows of cells, the first row being the heading. Either may be
    empty. `rung` is the step of the domain's ladder that it belongs to, 0 for none.
    """

    level: FindingLevel
    code: str
    message: str
    line: int | None = None
    where: str = "output"
    hint: str = ""
    table: tuple[tuple[str, ...], ...] = ()
    rung: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verifier found about one text.

    `level` is how far up the domain's ladder (`Domain.ladder`) the text came without a bad finding. Counts are claims.
    `byte_count` and `cycles` (least, most or None where a loop has no known end) are None where no code was measured.
    """

    level: int = 0
    findings: tuple[Finding, ...] = ()
    supported: int = 0
    contradicted: int = 0
    unknown: int = 0
    byte_count: int | None = None
    cycles: tuple[int, int | None] | None = None
    tool_versions: Mapping[str, str] = field(default_factory=dict)


Verifier = Callable[[str, Context], Verdict]


@dataclass(frozen=True, slots=True)
class Domain:
    """A subject: its generators and verifier. One without tools verifies nothing and says so (no findings, level 0).

    `vocabulary` are the names that a tokenizer made for the domain should keep whole, `primers` the generators whose
    texts show it the domain's other words: quick ones that need no proof by a run. `topic_teller` says which of
    `topics` (name of at most 48 characters -> label, a closed list) a text is about.
    """

    slug: str
    name: str
    description: str
    generators: tuple[Generator, ...] = ()
    verifier: Verifier | None = None
    verifier_version: str = ""
    ladder: tuple[str, ...] = ("nothing confirmed",)
    vocabulary: tuple[str, ...] = ()
    primers: tuple[Generator, ...] = ()
    topics: Mapping[str, str] = field(default_factory=dict)
    topic_teller: Callable[[str], str] | None = None

    def topic(self, text: str) -> str:
        """What a whole text (question and answer) is about, one of `topics`; "" in a domain that cannot tell."""
        return self.topic_teller(text) if self.topic_teller else ""

    def verify(self, text: str, context: Context) -> Verdict:
        """Check a sample's answer. Without a verifier: an empty verdict."""
        return self.verifier(text, context) if self.verifier else Verdict()

    def generator(self, name: str) -> Generator:
        """Return the generator of that name; UnknownGenerator when there is none."""
        for generator in self.generators:
            if generator.name == name:
                return generator
        raise UnknownGenerator(self.slug, name, ", ".join(g.name for g in self.generators))


def kg_consistency(v: Verdict) -> float | None:
    """Return supported / (supported + contradicted), 0 to 1; None when no claim could be checked."""
    checked = v.supported + v.contradicted
    return v.supported / checked if checked else None


def hallucination_risk(v: Verdict) -> float | None:
    """Return the expected share of false claims, 0 to 1; None when no claim could be checked.

    (contradicted + unknown / 2) / all claims: a contradicted claim is false for certain, an unknown one (a name or an
    address the facts do not hold) counts as a coin toss. It differs from 1 - kg_consistency where claims are unknown.
    """
    if v.supported + v.contradicted == 0:
        return None
    return (v.contradicted + v.unknown / 2) / (v.supported + v.contradicted + v.unknown)


def get_domain(slug: str) -> Domain:
    """Return the domain of that slug; UnknownDomain when there is none."""
    # Imported here: the catalogue imports the domains, and the domains import this module.
    from datasets_app.domains.catalog import DOMAINS

    if slug not in DOMAINS:
        raise UnknownDomain(slug, ", ".join(DOMAINS))
    return DOMAINS[slug]
