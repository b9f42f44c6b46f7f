"""The domains by slug; those without tools are honest about it; none needs Django."""

from __future__ import annotations

import subprocess
import sys

import pytest

from datasets_app.domains.base import (
    Context,
    UnknownDomain,
    UnknownGenerator,
    get_domain,
    hallucination_risk,
    kg_consistency,
)
from datasets_app.domains.catalog import DOMAINS

PROBE = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"django", "torch", "numpy"}:
            raise ImportError(name)
sys.meta_path.insert(0, Refuse())
from datasets_app.domains.base import Context, get_domain
domain = get_domain("asm65816")
for generator in domain.generators:
    for params in generator.plan(3, 1):
        draft = generator.write(params)
        found = domain.verify(draft.output, Context(draft.instruction, draft.input, draft.kind, draft.params))
        assert found.level >= 6 and not found.contradicted
import datasets_app.domains.asm65816.suite, datasets_app.domains.asm65816.scoring, datasets_app.domains.asm65816.lexer
"""


def test_all_seven_domains_are_there() -> None:
    assert set(DOMAINS) == {"asm65816", "oracle", "yaze", "cpp", "gigaleak", "errors", "text"}
    assert all(slug == domain.slug and domain.name and domain.description for slug, domain in DOMAINS.items())


@pytest.mark.parametrize("slug", sorted(set(DOMAINS) - {"asm65816"}))
def test_a_domain_without_tools_confirms_nothing(slug: str) -> None:
    found = get_domain(slug).verify("VMAIN", Context("Which register is at $2100?"))
    assert (found.level, found.findings, found.supported, found.contradicted) == (0, (), 0, 0)
    assert kg_consistency(found) is None and hallucination_risk(found) is None
    assert get_domain(slug).generators == ()


def test_an_unknown_slug_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownDomain, match=r"no domain “z80”.*asm65816"):
        get_domain("z80")


def test_an_unknown_generator_is_refused_with_the_known_ones() -> None:
    assert get_domain("asm65816").generator("routines").name == "routines"
    with pytest.raises(UnknownGenerator, match=r"register_facts, register_questions, .*, routines, demo_set"):
        get_domain("asm65816").generator("novels")
    with pytest.raises(UnknownGenerator, match="none"):
        get_domain("text").generator("novels")


def test_domains_need_neither_django_nor_a_tensor_library() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
