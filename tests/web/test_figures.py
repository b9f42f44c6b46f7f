"""How figures, times and intervals are written; a missing one is a dash, never a zero."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.template import Context, Template

from afsweb.core.templatetags import afs


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (afs.number(1234567), "1,234,567"),
        (afs.number(0), "0"),
        (afs.number(None), "—"),
        (afs.decimals(0.4142), "0.41"),
        (afs.decimals(-1234.5, 1), "−1,234.5"),
        (afs.decimals(0.0), "0.00"),
        (afs.decimals(None), "—"),
        (afs.signed(0.36), "+0.36"),
        (afs.signed(-0.34), "−0.34"),
        (afs.percent(0.933), "93 %"),
        (afs.percent(None), "—"),
        (afs.duration(0.44), "0.4 s"),
        (afs.duration(38.4), "38 s"),
        (afs.duration(59.6), "1 min 0 s"),
        (afs.duration(192), "3 min 12 s"),
        (afs.duration(timedelta(hours=2, minutes=5)), "2 h 5 min"),
        (afs.duration(timedelta(days=3, hours=4)), "3 d 4 h"),
        (afs.duration(-1), "0.0 s"),
        (afs.duration(None), "—"),
        (afs.tone("succeeded"), "ok"),
        (afs.tone("queued"), ""),
        (afs.tone("a state nobody knows"), ""),
    ],
)
def test_written(written: str, expected: str) -> None:
    assert written == expected


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "just now"), (-5, "just now"), (59, "just now"), (60, "1 min ago"), (7300, "2 h ago"), (90000, "1 d ago")],
)
def test_ago(seconds: int, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    assert afs.ago(now - timedelta(seconds=seconds)) == said
    assert afs.since(now - timedelta(seconds=3725)) == "1 h 2 min"
    assert afs.since(now - timedelta(seconds=60), now - timedelta(seconds=20)) == "40 s"


def drawn(arguments: str, **values: Any) -> str:
    text = Template("{% load afs %}{% interval " + arguments + " %}").render(Context(values))
    return " ".join(text.split())


def test_interval_lies_where_it_should() -> None:
    svg = drawn('0.5 0.25 1 0 1 "bad" mark=0.1')
    assert 'class="interval bad"' in svg
    assert 'class="range" x1="25.50" x2="99.00"' in svg
    assert 'class="point" x1="50.00"' in svg
    assert 'class="mark" x1="10.80"' in svg
    assert 'class="zero"' not in svg
    assert "0.50, 0.25 to 1.00" in svg


def test_difference_keeps_within_its_axis_and_says_its_sign() -> None:
    svg = drawn("-0.4 -3 0.2 -1 1 zero=0")
    assert 'x1="1.00" x2="59.80"' in svg
    assert 'class="zero" x1="50.00"' in svg
    assert "−0.40" in svg


def test_code_has_numbers_and_hits_and_no_markup_of_its_own() -> None:
    text = "{% load afs %}{% code_lines code hits %}"
    html = Template(text).render(Context({"code": "LDA $2100\n<b>SBC</b>", "hits": [2]}))
    assert '<div data-n="1">LDA $2100</div>' in html
    assert '<div data-n="2" class="hit">&lt;b&gt;SBC&lt;/b&gt;</div>' in html
