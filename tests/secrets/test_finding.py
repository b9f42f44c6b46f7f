"""What is found: keys and personal data that were planted, and nothing in assembly code, hex and tables of tiles."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator

import pytest

from datasets_app.domains.base import DraftRefused, Generator
from datasets_app.domains.catalog import DOMAINS
from datasets_app.secrets.personal import is_card, passes_luhn
from datasets_app.secrets.scanning import HIDDEN, KINDS, find_in, find_secrets
from tests.secrets.planting import ALNUM, HEX, KEYS, PERSONAL, PLACES, signs

TRIES = 40
# The slow ones write few samples here; each is of the same words and code as the many.
WRITTEN = {"optimise": 15, "debug": 25}
GENERATORS = {one.name: one for one in DOMAINS["asm65816"].generators}
ALL = KEYS | PERSONAL


@pytest.mark.parametrize("kind", ALL)
def test_what_was_planted_is_found(kind: str) -> None:
    rng = random.Random(kind)
    found = 0
    for number in range(TRIES):
        secret = ALL[kind](rng)
        text = f"LDA #$80\n{PLACES[number % len(PLACES)].format(secret)}\nSTA $2100"
        found += any(one.kind == kind and one.line == 2 and one.secret in secret for one in find_in(text))
    assert found / TRIES >= 0.95, f"{found} of {TRIES}"


def test_a_named_password_is_found() -> None:
    for text in ('config["db_password"] = "' + "Zx9!" * 3 + 'q"', 'password = "' + "tr0ub4dor" + '"'):
        assert [one.kind for one in find_in(text)] == ["named_password"]
    assert [one.kind for one in find_in("https://ann:" + "s3cr3tpass" + "@acme.io/x")] == ["password_in_address"]


def test_each_finding_says_where_it_is_and_not_what() -> None:
    secret = KEYS["github"](random.Random(1))
    (found,) = find_secrets({"instruction": "Who?", "output": f"one\ntwo {secret} two\n{secret}"})
    assert (found.field, found.line, found.kind) == ("output", 2, "github")
    assert secret[8:] not in found.excerpt
    assert found.excerpt == f"{secret[:4]}{'•' * HIDDEN} (40 characters)"


def test_two_keys_are_two_findings() -> None:
    rng = random.Random(2)
    first, second = KEYS["private_key"](rng), KEYS["private_key"](rng)
    assert {one.secret for one in find_in(f"{first}\n\n{second}")} == {
        one.partition("-----END")[0].removeprefix("-----") for one in (first, second)
    }


@pytest.mark.parametrize("generator", GENERATORS.values(), ids=GENERATORS)
def test_what_the_domain_generates_holds_none(generator: Generator) -> None:
    wrong = [one for text in written(generator) for one in find_in(text)]
    assert not wrong


def written(generator: Generator) -> Iterator[str]:
    count = 0
    for params in generator.plan(WRITTEN.get(generator.name, 60), 11):
        try:
            draft = generator.write(params)
        except DraftRefused:
            continue
        count += 1
        yield from (draft.instruction, draft.input, draft.output)
    assert count


def test_assembly_hex_and_tables_are_no_secrets() -> None:
    rng = random.Random(3)
    for _ in range(300):
        rows = [
            f"  STA ${rng.randrange(0x2100, 0x2200):04X},x ; $7E{rng.randrange(65536):04X}",
            f"APCommandPort{rng.randrange(10)}: db ${signs(rng, HEX, 2)},${signs(rng, HEX, 2)}",
            f"commit {signs(rng, HEX, 40)} sha256 {signs(rng, HEX, 64)}",
            f"dw %{signs(rng, '01', 16)}, %{signs(rng, '01', 16)}",
            " ".join(signs(rng, HEX.upper(), 2) for _ in range(16)),
            f"tiles: {base64.b64encode(rng.randbytes(48)).decode()}",
            f"BNE +\n+ LDA table+{rng.randrange(16_777_216)}\n-- BRA --",
            f"version 1.{rng.randrange(99)}.{rng.randrange(99)}.{rng.randrange(99)}, id {signs(rng, ALNUM, 22)}",
            "; key: ------------------------------------------- password: see the manual",
            f"checksum {rng.randrange(10**12)} at {rng.random():.15f}",
        ]
        assert not [(one.kind, row) for row in rows for one in find_in(row)]


@pytest.mark.parametrize(
    "text",
    [
        "write to somebody@example.com or root@router.local",
        "git@github.com:acme/rom.git, noreply@github.com",
        "ping 192.168.0.10, 10.0.0.1, 127.0.0.1, 255.255.255.255 and 999.1.2.3",
        "asar v1.81.44.92 and version: 3.55.44.33",
        'password = "hunter"\nsecret_key = "${SECRET_KEY_1}"\nSecretRoom = "the room under the stairs"',
        f"-----{'BEGIN'} RSA PRIVATE KEY----- is how such a file begins",
        "+1.234567890123 +0 +12 1e+10",
        "4111 1111 1111 1112",
        "DE00123456789012345678",
    ],
)
def test_what_only_looks_like_one_is_left_alone(text: str) -> None:
    assert not find_in(text)


def test_the_check_digits_are_those_of_the_standards() -> None:
    assert passes_luhn("79927398713") and not passes_luhn("79927398710")  # the standard's own example
    assert is_card("3782 822463 10005") and not is_card("1234567890123452")


def test_every_kind_that_is_found_has_its_words() -> None:
    assert set(ALL) <= set(KINDS)
    assert all(len(kind) <= 32 for kind in KINDS)
