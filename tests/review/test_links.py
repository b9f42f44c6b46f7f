"""Mentions of registers and instructions in what a page shows lead to the pages that explain them."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from datasets_app.facts.links import linked_text
from datasets_app.models import Sample, Verdict
from datasets_app.review.blocks import blocks
from tests.review.making import version

ROUTINE = "Writes $2100, which is INIDISP.\n\n```asm\nMain:\n  LDA.b #$0F\n  STA $2100 ; INIDISP\n```\nAND then `RTS`."
EVIL = '<img src=x onerror="alert(1)">'


def html(text: str, *, assembly: bool = True) -> str:
    return "".join(block.html for block in blocks(text, assembly=assembly, marks={}))


def links(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<a [^>]*href="([^"]*)"[^>]*>([^<]*)</a>', page)


def plain(page: str) -> str:
    return re.sub(r"<[^>]*>", "", page)


def test_mentions_in_prose_code_and_comments_are_links() -> None:
    assert links(html(ROUTINE)) == [
        ("/facts/registers/2100/", "$2100"),
        ("/facts/registers/2100/", "INIDISP"),
        ("/facts/instructions/lda/", "LDA"),
        ("/facts/instructions/sta/", "STA"),
        ("/facts/registers/2100/", "$2100"),
        ("/facts/registers/2100/", "INIDISP"),
        ("/facts/instructions/rts/", "RTS"),
    ]


def test_nothing_of_the_text_is_lost() -> None:
    assert plain(html(ROUTINE)) == plain(html(ROUTINE, assembly=False)).replace("&#x27;", "'")


def test_other_subjects_have_no_links() -> None:
    assert links(html(ROUTINE, assembly=False)) == []


def test_keywords_of_other_languages_are_no_instructions() -> None:
    assert links(html("```python\na and b\n```\n```c\nPOKE(0x2100);\n```")) == [("/facts/registers/2100/", "0x2100")]


def test_tab_passes_the_links_of_a_text_by_but_not_those_of_a_finding() -> None:
    found = re.findall(r"<a [^>]*>", html(ROUTINE))
    assert found and all('tabindex="-1"' in one for one in found)
    assert "tabindex" not in linked_text("$2100 is INIDISP.")


@pytest.mark.parametrize(
    "text",
    [
        f"{EVIL}$2100{EVIL} INIDISP",
        f'"$2100"><script>alert(1)</script>INIDISP\'{EVIL}',
        f"```asm\nLDA $2100 ; {EVIL}\n{EVIL}:\n```",
        f"```html\n{EVIL} $2100\n```",
        f"`LDA {EVIL}` `LDA <script>`",
    ],
)
def test_what_stands_around_a_mention_stays_text(text: str) -> None:
    for shown in (html(text), linked_text(text)):
        assert "<img" not in shown and "<script" not in shown
        assert not re.search(r"<(?!/?(?:span|div|a)[ >])", shown)
        assert all(re.fullmatch(r"/facts/(registers|instructions)/\w+/", url) for url, _ in links(shown))


def test_long_prose_is_linked_to_its_end() -> None:
    assert links(linked_text("word " * 1000 + "$2100")) == [("/facts/registers/2100/", "$2100")]


def test_the_message_of_a_finding_leads_there(
    client_as: object, client: Client, sample: Sample, reviewer: object
) -> None:
    finding = {"level": "bad", "code": "c", "message": f"$2115 is VMAIN. {EVIL}", "line": 1, "hint": "Say VMAIN."}
    Verdict.objects.create(
        version=version(sample), verifier="asm65816", verifier_version="1", level=0, findings=[finding]
    )
    client.force_login(reviewer)  # type: ignore[arg-type]
    page = client.get(f"{reverse('review')}?sample={sample.uuid}").content.decode()
    assert '<a class="fact" href="/facts/registers/2115/">$2115</a> is' in page
    assert page.count('href="/facts/registers/2115/"') == 3
    assert EVIL not in page


WORDS = st.sampled_from(
    ["$2100", "/17", "INIDISP", "`LDA", "`", " #$10", "0x2100h", "\n", "VMADDL/H", " ", "<b>", "&", "DMAPx", "\r"]
)


@given(st.lists(WORDS, max_size=12).map("".join), st.booleans())
def test_any_text_comes_out_as_it_went_in(words: str, is_code: bool) -> None:
    text = f"```asm\n{words.replace('`', '')}\n```" if is_code else words
    assert plain(html(text)) == plain(html(text, assembly=False))
    assert unescape(plain(linked_text(words))) == words
