"""Nothing in a template or in our code may let data become markup or script, or ask the policy for an exception."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT: Path = settings.BASE_DIR
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "afsweb" / "static").rglob("*.js"))
CODE = sorted(
    path for app in ("afsweb", "datasets_app", "training_app", "evals_app") for path in (ROOT / app).rglob("*.py")
)

NOT_IN_TEMPLATES = {
    r"\|\s*safe\b": "a sample's text, a model's answer and a person's name are data: autoescape stays on",
    r"\bautoescape\s+off": "a sample's text, a model's answer and a person's name are data: autoescape stays on",
    r"\|\s*safeseq\b": "data: autoescape stays on",
    r"<style\b": "the policy allows stylesheets from our own origin alone",
    r"\sstyle\s*=": "the policy refuses style attributes: use a class, <progress>, <meter> or SVG attributes",
    r"<script\b(?![^>]*\bsrc=)": "the policy refuses inline scripts: put it into afsweb/static",
    r"\son[a-z]+\s*=": "the policy refuses event attributes: listen in a script of afsweb/static",
    r"\bhx-on\b": "htmx would have to evaluate it, and allowEval is off",
    r"\bhx-(vals|headers)\s*=\s*[\"']\s*js(on)?:": "htmx would have to evaluate it, and allowEval is off",
    r"hx-trigger\s*=\s*[\"'][^\"']*\[": "a trigger's filter is evaluated, and allowEval is off",
    r"javascript:": "an address that is a script",
    r"(?:src|href|action|hx-get|hx-post)\s*=\s*[\"'](?:https?:)?//": "nothing is loaded from or sent to elsewhere",
}
NOT_IN_CODE = {
    r"\bmark_safe\b": "use format_html, which escapes its values",
    r"\bSafeString\b": "use format_html, which escapes its values",
    r"\bcsrf_exempt\b": "every form post carries the token",
    r"\bcsp_exempt\b": "the policy may be relaxed for styles, by afsweb.policy, never dropped",
    r"unsafe-eval": "no page of ours evaluates text",
}
# What machines ask for, which show a token of their own (test_host_tokens.py).
EXEMPTS = ROOT / "afsweb" / "permissions.py"
# One place that escapes by itself, for speed, and says so there; test_xss.py looks at what comes of it.
ESCAPES_ITSELF = ROOT / "datasets_app" / "facts" / "links.py"
NOT_IN_SCRIPTS = {
    # A <template> takes what the server rendered and escaped, as htmx does with every fragment.
    r"(?<!template)\.(?:inner|outer)HTML\b|insertAdjacentHTML": "data would become markup: use textContent",
    r"\beval\s*\(|new\s+Function\b": "the policy refuses it",
    r"document\.write": "data would become markup",
    r"\.style\b": "a style attribute by another name; set a class",
}


def breaches(paths: list[Path], rules: dict[str, str]) -> Iterator[str]:
    for path in paths:
        text = path.read_text()
        for rule, why in rules.items():
            for found in re.finditer(rule, text, re.IGNORECASE):
                line = text.count("\n", 0, found.start()) + 1
                yield f"{path.relative_to(ROOT)}:{line}: {found.group().strip()!r}: {why}"


def test_there_is_something_to_look_at() -> None:
    assert min(len(TEMPLATES), len(SCRIPTS), len(CODE)) > 2


def test_templates_keep_data_and_markup_apart() -> None:
    assert list(breaches(TEMPLATES, NOT_IN_TEMPLATES)) == []


def test_code_keeps_data_and_markup_apart() -> None:
    assert list(breaches([path for path in CODE if path not in (ESCAPES_ITSELF, EXEMPTS)], NOT_IN_CODE)) == []


def test_scripts_keep_data_and_markup_apart() -> None:
    assert list(breaches(SCRIPTS, NOT_IN_SCRIPTS)) == []


@pytest.mark.parametrize(
    "bad",
    [
        "{{ text|safe }}",
        "{% autoescape off %}",
        '<p style="color: red">',
        "<style>p{}</style>",
        "<script>alert(1)</script>",
        '<p onclick="x()">',
        '<a href="javascript:x()">',
        '<script src="https://elsewhere.example/x.js"></script>',
        '<div hx-trigger="keyup[key==1]">',
    ],
)
def test_rules_catch_what_they_are_for(bad: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bad.html").write_text(bad)
    monkeypatch.setattr("tests.security.test_templates.ROOT", tmp_path)
    assert list(breaches([tmp_path / "bad.html"], NOT_IN_TEMPLATES))


def test_every_post_form_carries_the_token() -> None:
    forms = re.compile(r"<form\b[^>]*method=[\"']post[\"'][^>]*>(.*?)</form>", re.IGNORECASE | re.DOTALL)
    bare = [
        str(path.relative_to(ROOT))
        for path in TEMPLATES
        for form in forms.findall(path.read_text())
        if "csrf_token" not in form
    ]
    assert bare == []
