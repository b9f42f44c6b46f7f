"""SNES hardware: which register is where, both ways, freely and among look-alikes; its bits; who may access it.

The questions that are answered freely are the domain's held-out ones (`asm65816.suite`), one wording for each register.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from datasets_app.domains.asm65816.registers import Register
from evals_app.register_suite import register_cases
from evals_app.shipped.cases import choice
from evals_app.shipped.registers import asked_about, look_alikes
from evals_app.suites import CaseDraft

SEED = 65816
BITS = 60
_ACCESS = {
    "W": "programs can only write it",
    "R": "programs can only read it",
    "RW": "programs can both read and write it",
}
_TO_NAME = (
    "A bus trace shows the address {a}. The name of what was touched is:",
    "Someone left a bare {a} in a source file. Its proper name is:",
    "Of these four registers one is mapped to {a}. It is:",
)
_TO_ADDRESS = (
    "An equate for {n} is to be written. The number behind it is:",
    "One of these four addresses is that of {n}. It is:",
    "The CPU has to talk to {n}. On the address bus stands:",
)


def cases() -> list[CaseDraft]:
    """All cases of the suite; those about one register are one cluster."""
    registers = asked_about()
    return [*_free(registers), *_chosen(registers), *_bits(registers), *_access(registers)]


def _free(registers: list[Register]) -> Iterator[CaseDraft]:
    """One of the three held-out wordings for each register and direction."""
    rng = random.Random(SEED)
    drafts = register_cases(registers, seed=SEED, directions=("name", "address"))
    for at in range(0, len(drafts), 3):
        draft = rng.choice(drafts[at : at + 3])
        said = f"{draft.expected['address']} is {draft.expected['name']}."
        yield CaseDraft(
            draft.key,
            draft.category,
            draft.cluster,
            draft.messages,
            draft.expected,
            scorer="register_claims",
            references=[said],
        )


def _chosen(registers: list[Register]) -> Iterator[CaseDraft]:
    """Each register once, the directions by turns."""
    for at, one in enumerate(registers):
        others = look_alikes(one)
        if at % 2:
            asked = _TO_NAME[at % 3].format(a=one.label)
            wrong = [other.name for other in others]
            yield choice(f"{one.name}/choice/name", "Names among look-alikes", one.name, asked, one.name, wrong)
        else:
            asked = _TO_ADDRESS[at % 3].format(n=one.name)
            wrong = [other.label for other in others]
            yield choice(f"{one.name}/choice/address", "Addresses among look-alikes", one.name, asked, one.label, wrong)


def _bits(registers: list[Register]) -> Iterator[CaseDraft]:
    """What a field is there for; the other options are fields of the same register first."""
    known = [one for one in registers if _is_plain(one)]
    fields = [(one, bits) for one in known for bits in one.bits if len(one.bits) > 1]
    for one, bits in random.Random(f"bits:{SEED}").sample(fields, min(BITS, len(fields))):
        near = [other.meaning for other in one.bits]
        near += [other.meaning for alike in look_alikes(one, 16) if alike in known for other in alike.bits]
        wrong = [meaning for meaning in dict.fromkeys(near) if meaning != bits.meaning][:3]
        does = "learns from" if one.access == "R" else "changes only"
        asked = f"A program {does} {bits} of {one.name} ({one.label}). What is that about?"
        key = f"{one.name}/bits/{bits.high}-{bits.low}"
        yield choice(key, "Bits", one.name, asked, bits.meaning, wrong)


def _is_plain(register: Register) -> bool:
    """Whether no two of its fields share a bit, and none has a meaning that looks like an option's letter."""
    bits = [bit for field in register.bits for bit in range(field.low, field.high + 1)]
    return len(set(bits)) == len(bits) and all(len(field.meaning) > 2 for field in register.bits)


def _access(registers: list[Register]) -> Iterator[CaseDraft]:
    """Whether a register can be read, written or both; those on which the sources differ stay out."""
    known = [one for one in registers if not one.disputed_access and not one.disagreement]
    for one in random.Random(f"access:{SEED}").sample(known, 30):
        asked = f"Concerning {one.name} ({one.label}), which of these statements holds?"
        wrong = [said for access, said in _ACCESS.items() if access != one.access]
        yield choice(f"{one.name}/access", "Access", one.name, asked, _ACCESS[one.access], wrong)
