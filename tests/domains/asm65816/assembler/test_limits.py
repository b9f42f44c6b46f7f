"""A text that a model wrote ends in a diagnostic, whatever it says."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from datasets_app.domains.asm65816.assembler import MODEL_OUTPUT, UNBOUNDED, Limits, assemble
from datasets_app.domains.asm65816.assembler.limits import limits_for
from tests.domains.asm65816.assembler.asm import errors

DOUBLING = "".join(f"!a{n} = !a{n + 1}!a{n + 1}\n" for n in range(60))
BRANCHING = "".join(f"function f{n}(x) = f{n + 1}(x)+f{n + 1}(x)\n" for n in range(60))
ENDLESS = {
    "a loop of 100 million": "!i = 0\nwhile !i < 100000000\n!i #= !i+1\nendwhile",
    "a loop that writes": "while 1\ndb 1\nendwhile",
    "a for of 100 million": "for i = 0..100000000\nendfor",
    "a macro that calls itself": "macro a()\n%a()\nendmacro\n%a()",
    "macros that call each other twice": "".join(
        f"macro a{n}()\n%a{n + 1}()\n%a{n + 1}()\nendmacro\n" for n in range(50)
    )
    + "macro a50()\nendmacro\n%a0()",
    "a define of itself": "!a = !a\ndb !a",
    "defines that double": DOUBLING + "!a60 = 1\ndb !a0",
    "defines that double nothing": '!none = ""\n' + DOUBLING + "!a60 = !none\ndb !a0",
    "a define that grows": "!a = xxxxxxxxxx\n" + "!a := !a!a\n" * 100,
    "a function of itself": "function f(x) = f(x)\ndb f(1)",
    "functions that branch": BRANCHING + "function f60(x) = x\ndb f0(1)",
    "a billion repetitions": "rep 1000000000 : NOP",
    "a billion NOPs": "NOP #1000000000",
    "two billion bytes": "fill $7FFFFFFF",
    "printing without end": 'while 1\nprint "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"\nendwhile',
    "pushing without end": "while 1\npushpc\nendwhile",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_what_does_not_end_ends_in_a_diagnostic(name: str) -> None:
    begin = time.perf_counter()
    codes = errors(ENDLESS[name], limits=MODEL_OUTPUT)
    assert time.perf_counter() - begin < 3
    assert any(code.startswith("limit_") for code in codes)


LONG = {
    "parentheses": "db " + "(" * 32000 + "1" + ")" * 32000,
    "signs": "db " + "-" * 60000 + "1",
    "terms": "db " + "1+" * 30000 + "1",
    "calls": "db " + "max(1," * 9000 + "1" + ")" * 9000,
    "braces": "db " + "!{" * 30000,
    "quotes": "'" * 60001,
    "colons": ": " * 30000,
    "commas": "db 1,\n" * 10000,
    "comments": ";@" * 30000,
    "backslashes": "\\\n" * 30000,
    "conditions": "if 1\n" * 13000,
    "dots": "." * 60000,
    "brackets": "db a" + "[1]" * 20000,
    "angles": "macro a(x)\ndb " + "<" * 50000 + "\nendmacro\n%a(1)",
    "digits": "dd " + "9" * 60000,
    "unknown words": "".join(f"qzx{n} $12\n" for n in range(6000)),
    "powers": "dd 9**9**9**9**9",
    "shifts": "dd 1<<1000000000000",
    "zeros": "\0" * 60000,
}


@pytest.mark.parametrize("name", LONG)
def test_a_long_text_of_one_thing_is_read_in_time(name: str) -> None:
    begin = time.thread_time()
    assemble(LONG[name], limits=MODEL_OUTPUT)
    assert time.thread_time() - begin < 3


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(source=10), "limit_source"),
        (Limits(steps=5), "limit_steps"),
        (Limits(output=3), "limit_output"),
        (Limits(line=8), "limit_line"),
        (Limits(seconds=0), "limit_time"),
    ],
)
def test_each_limit_is_an_argument(limits: Limits, code: str) -> None:
    source = "!long = 123456789\n" + "dw 1\n" * 100 + "dd !long!long"
    assert errors(source, limits=limits) == [code]
    assert assemble(source, limits=UNBOUNDED).ok


def test_a_machine_that_is_busy_with_others_costs_a_text_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    passing = iter(range(10**6))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(passing)))
    monkeypatch.setattr(time, "perf_counter", lambda: float(next(passing)))
    assert assemble("NOP\n" * 5_000, limits=MODEL_OUTPUT).ok


def test_what_a_model_wrote_has_64_kb() -> None:
    source = ";" * (64 * 1024)
    assert assemble(source, limits=MODEL_OUTPUT).ok
    assert errors(source + ";", limits=MODEL_OUTPUT) == ["limit_source"]
    assert errors(source[:-1] + "é", limits=MODEL_OUTPUT) == ["limit_source"]
    assert assemble(source + ";").ok


def test_a_longer_text_may_take_longer() -> None:
    assert (limits_for(1).seconds, limits_for(1).steps) == (MODEL_OUTPUT.seconds, MODEL_OUTPUT.steps)
    assert limits_for(640 * 1024).seconds == 10


def test_files_that_a_person_trusts_have_none(tmp_path: Path) -> None:
    (tmp_path / "large.bin").write_bytes(bytes(0x8000))
    assert assemble("incbin large.bin\n" + ";" * 100_000, root=tmp_path).ok
    assert errors("incbin large.bin", root=tmp_path, limits=Limits(source=100)) == ["limit_source"]
