"""Suites as files: our own form loses nothing, others say what they lose, bad ones say where they are bad."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from afsweb.core.models import Role, User
from datasets_app.models import Domain
from evals_app.authoring.revising import drafts_of
from evals_app.errors import NotAllCarriedOver, SuiteFileRefused, SuiteFileTooLarge, SuiteTaken
from evals_app.files import own, reading
from evals_app.files.importing import check_lost, make_from_file, revise_from_file
from evals_app.files.reading import read_cases
from evals_app.models import Purpose, Rubric, Suite
from evals_app.scorers import SCORERS, Scored, Scorer, get_scorer
from evals_app.suites import CaseDraft, make_suite
from tests.evals.test_pages import text

Login = Callable[[Role | User], Client]
ODD = CaseDraft(
    "odd/1",
    "Odd ünes",
    "c",
    [{"role": "system", "content": " Be\nbrief. "}, {"role": "user", "content": 'Say "é"\u2028 <b>'}],
    {"answers": ["é\n", "x"], "more": {"deep": [1, 2.5, None, True]}},
    ["a tag", "sample:x"],
    "exact",
    ["first\n---\nsame", "second"],
)
PLAIN = CaseDraft("plain", "Odd ünes", "c", [{"role": "user", "content": "?"}], {"keywords": ["a"]})


@pytest.fixture
def odd(domain: Domain) -> Suite:
    facts = {"name": "Odd “suite”", "domain": domain, "scorer": "keyword", "description": "Two\nlines."}
    return make_suite("odd", drafts=[ODD, PLAIN], purpose=Purpose.SAFETY, **facts)  # type: ignore[arg-type]


def lines(*rows: object) -> bytes:
    return "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows).encode()


def told(suite: Suite) -> list[object]:
    facts = [getattr(suite, name) for name in ("slug", "name", "purpose", "scorer", "description", "sha256", "domain")]
    return [*facts, drafts_of(suite)]


def test_our_own_form_loses_nothing(odd: Suite) -> None:
    before, file = told(odd), "".join(own.write(odd)).encode()
    assert make_from_file(read_cases(file), {}, by=None) == odd
    odd.delete()
    found = read_cases(file, "odd.jsonl")
    assert not found.lost
    assert told(make_from_file(found, {}, by=None)) == before


def test_other_cases_do_not_take_a_suites_name(odd: Suite) -> None:
    found = read_cases(
        lines({"suite": {"slug": "odd", "name": "x"}}, {"question": "?", "expected": {"answers": ["b"]}})
    )
    with pytest.raises(SuiteTaken):
        make_from_file(found, {}, by=None)


def test_a_file_is_the_next_version_of_a_suite(odd: Suite) -> None:
    row = {"key": "plain", "question": "!", "expected": {"answers": ["b"]}}
    found = read_cases(lines({"suite": {"scorer": "exact"}}, row, {"prompt": "new?", "expected": {"answers": ["c"]}}))
    kept = revise_from_file(odd, found, keeps=True, by=None)
    assert (kept.number, kept.cases.count(), kept.scorer) == (2, 3, "keyword")
    plain = kept.cases.get(key="plain")
    assert (plain.question, plain.revision, plain.scorer) == ("!", 2, "exact")
    assert kept.cases.get(key__startswith="new-").cluster.startswith("new-")
    assert revise_from_file(odd, found, keeps=False, by=None).cases.count() == 2


def test_keys_follow_from_questions_whatever_their_order() -> None:
    rows = [{"question": f"What is {n}?", "expected": {"answers": ["a"]}} for n in (1, 2, 1)]
    keys = [draft.key for draft in read_cases(lines(*rows)).drafts]
    assert len(set(keys)) == 3
    assert keys[0].startswith("what-is-1-")
    assert keys[2] == f"{keys[0]}-2"
    assert {draft.key for draft in read_cases(lines(*reversed(rows))).drafts} == set(keys)


def test_rows_with_keywords_are_scored_as_they_were(db: None) -> None:
    rows = [
        {"prompt": "Explain $2100.", "expected_keywords": ["INIDISP", "brightness"], "category": "SNES Hardware"},
        {"question": "REP?", "keywords": ["clears"], "id": "rep", "difficulty": 3},
    ]
    for data in (lines(*rows), json.dumps(rows).encode()):
        found = read_cases(data)
        first, second = found.drafts
        assert (first.scorer, first.category, second.key) == ("keyword_legacy", "SNES Hardware", "rep")
        score = get_scorer(first.scorer).score(first.expected, "$2100 is not INIDISP.")
        assert score.score == 0.5
        assert [lost.what for lost in found.lost] == ["no case of ours has a “difficulty”"]
    with pytest.raises(NotAllCarriedOver, match=r"1 parts of the file .*: Row 2: no case of ours has a “difficulty”"):
        check_lost(found, may_lose=False)
    check_lost(found, may_lose=True)


PROMPTFOO = """\
description: Registers
prompts:
  - "What is {{ address }}?"
  - '[{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Name {{address}}."}]'
  - file://other.txt
providers: [openai:x]
defaultTest:
  assert:
    - type: not-icontains
      value: sorry
tests:
  - description: the display
    vars: {address: $2100, name: INIDISP}
    metadata: {category: PPU}
    assert:
      - type: contains
        value: "{{name}}"
      - type: contains-any
        value: [brightness, "forced blank"]
      - type: not-regex
        value: VMAIN|CGADD
      - type: python
        value: len(output) < 100
        weight: 2
  - vars: {address: [$2115, $2121]}
    assert:
      - {type: icontains-all, value: "vram, step"}
  - vars: {address: $4200}
    assert: [{type: equals, value: NMITIMEN}]
    threshold: 0.5
  - vars: {name: x}
    assert: [{type: regex, value: '(?i)nmi\\w+'}]
"""


def test_promptfoo_says_the_same_or_says_what_it_loses(db: None) -> None:
    found = read_cases(PROMPTFOO.encode(), "promptfooconfig.yaml")
    assert len(found.drafts) == 2 + 4 + 2
    assert found.facts == {"description": "Registers"}
    plain, chat = found.drafts[:2]
    assert plain.messages == [{"role": "user", "content": "What is $2100?"}]
    assert [turn["role"] for turn in chat.messages] == ["system", "user"]
    assert (plain.category, plain.cluster, plain.scorer) == ("PPU", "the display", "regex")
    lost = {str(one) for one in found.lost}
    assert lost == {
        "Line 1: “providers”: whom to ask is chosen when an evaluation is launched",
        "Line 5: prompt 3 stands in another file: write it out here",
        "Line 22, python: no scorer here does this",
        "Line 22, python: its “weight” has no counterpart",
        "Line 28: “threshold” of a test has no counterpart",
        "Line 31, test 4: a prompt uses a variable that it does not have, or a filter or block of a template",
    }


@pytest.mark.parametrize(
    ("case", "answer", "score"),
    [
        (0, "It sets the\nbrightness. It is INIDISP.", 1.0),
        (0, "inidisp: brightness", 0.0),
        (0, "INIDISP", 0.0),
        (0, "INIDISP, not VMAIN: brightness", 0.0),
        (0, "Sorry: INIDISP, brightness", 0.0),
        (2, "The VRAM\naddress STEP", 1.0),
        (2, "The VRAM address", 0.0),
        (6, "NMITIMEN", 1.0),
        (6, "It is NMITIMEN", 0.0),
    ],
)
def test_what_a_promptfoo_test_would_pass_earns_the_point(db: None, case: int, answer: str, score: float) -> None:
    draft = read_cases(PROMPTFOO.encode(), "x.yml").drafts[case]
    assert not get_scorer(draft.scorer).problem(draft.expected)
    assert get_scorer(draft.scorer).score(draft.expected, answer).score == score


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (lines({"question": "?", "expected": {}}, "{not json"), "Line 2: "),
        (lines({"question": "?"}), "Line 1: its expected must be an object"),
        (lines({"expected": {}}), "Line 1: it has no question"),
        (lines({"messages": "?", "expected": {}}), "Line 1: its messages must be a list"),
        (lines({"messages": [{"role": "user"}], "expected": {}}), "Line 1: its messages must be a list"),
        (lines({"question": "?", "expected": {}, "tags": "a"}), "Line 1: its tags must be a list of texts"),
        (lines({"question": "?", "expected": {}, "key": 3}), "Line 1: its key must be a text"),
        (lines({"question": "?", "keywords": []}), "Line 1: it expects no word"),
        (lines({"suite": {"name": "x"}}), "The file: it holds no case"),
        (b"[1]", "Row 1: it is no object"),
        (b"[{},\n}", "Line 2: this is no JSON"),
        (b'{"a": "\xff"}', "Line 1: "),
        (b"prompts: [a\n", "Line 2: this is no YAML"),
        (b"prompts: \xff", "Line 1: this is no UTF-8"),
        (b"a: 1\n", "The file: it is neither lines of JSON nor a promptfoo"),
        (b"", "The file: it is neither"),
        (b"prompts: a\ntests: file.csv\n", "The file: it holds no case"),
        (b"prompts: !!python/object/apply:os.system [a]\ntests: []\n", "Line 1: this is no YAML"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(data: bytes, said: str) -> None:
    with pytest.raises(SuiteFileRefused, match=said):
        read_cases(data)


def test_variables_that_multiply_without_end_are_refused() -> None:
    many = "\n".join(f"      v{at}: [{', '.join(map(str, range(20)))}]" for at in range(6))
    text_ = f"prompts: ['{{{{v0}}}}']\ntests:\n  - vars:\n{many}\n    assert: [{{type: contains, value: a}}]\n"
    with pytest.raises(SuiteFileRefused, match="more than 20,000 cases"):
        read_cases(text_.encode())


BOMB = """\
prompts: ["{{ x }}"]
tests:
  - vars: {x: &a [1, 1, 1, 1, 1, 1, 1], y: &b [*a, *a, *a, *a, *a, *a, *a], z: &c [*b, *b, *b, *b, *b, *b, *b]}
    description: &d [*c, *c, *c, *c, *c, *c, *c, *c]
    metadata: {category: &e [*d, *d, *d, *d, *d, *d, *d, *d]}
    assert:
      - {type: contains, value: [*e, *e, *e, *e, *e, *e, *e, *e]}
      - {type: [*e, *e, *e, *e, *e, *e, *e, *e], value: a}
      - {type: contains, value: a}
"""


def test_what_refers_to_itself_again_and_again_is_left_out(db: None) -> None:
    found = read_cases(BOMB.encode())
    assert [(draft.category, draft.cluster) for draft in found.drafts[:1]] == [("promptfoo", "test 1")]
    lost = {str(one) for one in found.lost}
    assert "Line 7, contains: its value is no text" in lost
    assert "Line 8, ?: no scorer here does this" in lost
    assert {f"Line 3: the variable “{name}” is no plain text here" for name in "yz"} < lost


def test_a_rubric_is_a_case_of_its_own_and_kept_with_it(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    judged = Scorer("rubric", "Rubric", "1", lambda *_: Scored(None), lambda _: "", lambda _: None)
    monkeypatch.setitem(SCORERS, "rubric", judged)
    asserts = "[{type: contains, value: a}, {type: llm-rubric, value: 'Is it polite?'}]"
    found = read_cases(f"prompts: [Hi]\ntests: [{{assert: {asserts}}}]\n".encode())
    assert not Rubric.objects.exists()
    suite = make_from_file(found, {"name": "Polite"}, by=None)
    rubric = Rubric.objects.get()
    assert rubric.criteria == [{"name": "as asked", "text": "Is it polite?", "weight": 1}]
    cases = suite.cases.order_by("scorer")
    assert [case.scorer for case in cases] == ["regex", "rubric"]
    assert cases[1].expected == {"rubric": f"{rubric.slug}:{rubric.number}"}
    assert cases[0].cluster == cases[1].cluster


def test_without_a_judge_a_rubric_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(SCORERS, "rubric", raising=False)
    found = read_cases(
        b"prompts: [Hi]\ntests: [{assert: [{type: contains, value: a}, {type: llm-rubric, value: b}]}]\n"
    )
    assert [str(one) for one in found.lost] == ["Line 2, llm-rubric: it has no text, or there is no judge here"]


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    with pytest.raises(SuiteFileTooLarge):
        read_cases(b"{" + b" " * 10)


def test_a_file_is_imported_from_the_page(client_as: Login, domain: Domain) -> None:
    trainer = client_as(Role.TRAINER)
    data = {"do": "make", "name": "Pasted", "text": lines({"question": "?", "keywords": ["a"]}).decode()}
    assert "Pasted 1 has 1 cases" in text(trainer.post("/suites/import/", data, follow=True))
    upload = SimpleUploadedFile("x.yaml", PROMPTFOO.encode())
    shown = text(trainer.post("/suites/import/", {"do": "make", "name": "Foo", "file": upload}))
    assert "6 left out" in shown
    assert "Line 22, python" in shown
    assert "contains-any" in shown
    assert Suite.objects.count() == 1
    agreed = {"do": "make", "name": "Foo", "text": PROMPTFOO, "without": "1"}
    assert "Foo 1 has 8 cases" in text(trainer.post("/suites/import/", agreed, follow=True))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text": " "}, "Choose a file, or paste"),
        ({"name": ""}, "it has no name"),
        ({"name": "!!"}, "needs a letter or a digit"),
        ({"text": "{"}, "Line 1: "),
        ({"text": lines({"question": "?", "expected": {"answers": [1]}}).decode()}, "its answers must be a list"),
    ],
)
def test_a_wrong_import_says_why(client_as: Login, domain: Domain, changes: dict[str, Any], said: str) -> None:
    good = {"do": "make", "name": "Pasted", "text": lines({"question": "?", "keywords": ["a"]}).decode()}
    assert said in text(client_as(Role.TRAINER).post("/suites/import/", good | changes))
    assert not Suite.objects.exists()


def test_a_suite_is_exported_from_its_page(client_as: Login, odd: Suite) -> None:
    response = client_as(Role.VIEWER).get(f"{odd.get_absolute_url()}export/")
    assert response["Content-Disposition"] == 'attachment; filename="odd-1.jsonl"'
    assert b"".join(response.streaming_content) == "".join(own.write(odd)).encode()  # type: ignore[attr-defined]


def test_looking_makes_nothing_and_fills_in_what_was_uploaded(client_as: Login, domain: Domain) -> None:
    upload = SimpleUploadedFile("x.jsonl", lines({"question": "Why?", "keywords": ["a"]}))
    shown = text(client_as(Role.TRAINER).post("/suites/import/", {"do": "look", "file": upload, "name": "A"}))
    assert "All of the file can be carried over" in shown
    assert "Why?" in shown
    assert not Suite.objects.exists()
