"""The pages that explain registers and instructions."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Role
from datasets_app.domains.asm65816.facts.instructions import Instruction, all_instructions
from datasets_app.domains.asm65816.registers import Register, all_registers, register_at
from datasets_app.facts.instructions import encodings, matrix
from datasets_app.facts.links import page_of
from datasets_app.facts.registers import diagram
from tests.datasets.test_sample_pages import ClientAs

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_as: ClientAs) -> Client:
    return client_as(Role.VIEWER)


def text(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


def register(address: int) -> Register:
    found = register_at(address)
    assert found
    return found


def test_every_register_and_instruction_has_its_page(client: Client) -> None:
    facts: list[Register | Instruction] = [*all_registers(), *all_instructions().values()]
    assert len(facts) == 192 + 92
    assert [fact for fact in facts if client.get(page_of(fact)).status_code != 200] == []


def test_a_register_says_what_it_is_and_who_says_so(client: Client) -> None:
    page = text(client, "/facts/registers/2122/")
    for said in ("$2122", "CGDATA", "write, twice", "second write", "blue", "14-10", "Anomie", "fullsnes", "$2121"):
        assert said.lower() in page.lower(), said
    assert 'href="/samples/?q=%22%242122%22%20or%20%22CGDATA%22"' in page


def test_a_register_says_where_its_sources_disagree(client: Client) -> None:
    page = text(client, "/facts/registers/2182/")
    assert "Where they disagree" in page and "WMADDH" in page and "a: Anomie&#x27;s register doc" in page
    assert "Where they disagree" not in text(client, "/facts/registers/2100/")


def test_a_register_without_bits_says_so(client: Client) -> None:
    assert "It has no bits" in text(client, "/facts/registers/2137/")


def test_a_register_leads_to_its_word_and_its_channels(client: Client) -> None:
    page = text(client, "/facts/registers/4305/")
    assert 'href="/facts/registers/4306/"' in page and 'href="/facts/registers/4375/"' in page


def test_a_byte_is_drawn_bit_by_bit() -> None:
    (byte,) = diagram(register(0x2100))
    (row,) = byte.rows
    assert [(cell.span, cell.bits, cell.meaning) for cell in row] == [
        (1, "7", "forced blank"),
        (3, "", ""),
        (4, "3-0", "brightness"),
    ]


def test_a_field_that_spans_two_bytes_is_in_both() -> None:
    high, low = diagram(register(0x2122))
    assert [cell.meaning for cell in high.rows[0]] == ["", "blue", "green"]
    assert [cell.meaning for cell in low.rows[0]] == ["green", "red"]


def test_fields_over_each_other_are_rows() -> None:
    (byte,) = diagram(register(0x4016))
    assert [[cell.meaning for cell in row if cell.meaning] for row in byte.rows] == [
        ["data lines (read)"],
        ["latch (write)"],
    ]


def test_every_diagram_is_whole() -> None:
    for one in all_registers():
        for byte in diagram(one):
            assert [sum(cell.span for cell in row) for row in byte.rows] == [8] * len(byte.rows), one


def test_an_instruction_says_every_encoding(client: Client) -> None:
    page = text(client, "/facts/instructions/lda/")
    for said in ("loads A", "N (negative), Z (zero)", "LDA [$12],Y", "A9 ll (hh)", "2 bytes, 3 with a 16-bit A"):
        assert said in page, said
    assert page.count('id="opcode-') == 15 and "data sheet" in page


def test_the_words_of_sizes_and_cycles() -> None:
    def words(mnemonic: str) -> list[tuple[str, str]]:
        return [(one.size, one.cycles) for one in encodings(all_instructions()[mnemonic])]

    assert words("BNE") == [
        (
            "2 bytes",
            "2; 1 more when the branch is taken; 1 more when a taken branch crosses a page in emulation mode",
        )
    ]
    assert words("BRA") == [("2 bytes", "3; 1 more when a taken branch crosses a page in emulation mode")]
    assert words("MVN") == [("3 bytes", "7 for each byte moved")]
    assert words("NOP") == [("1 byte", "2")]


def test_another_assemblers_name_says_so(client: Client) -> None:
    assert "asar does not take it" in text(client, "/facts/instructions/bcc/")


def test_the_square_has_every_opcode(client: Client) -> None:
    assert [one.opcode.code for row in matrix() for one in row] == list(range(256))
    page = text(client, reverse("list_opcodes"))
    assert page.count("#opcode-") == 256 and 'href="/facts/instructions/lda/#opcode-A9"' in page


@pytest.mark.parametrize(
    ("url", "to"),
    [
        ("/facts/registers/INIDISP/", "/facts/registers/2100/"),
        ("/facts/registers/$2100/", "/facts/registers/2100/"),
        ("/facts/registers/420B/", "/facts/registers/420b/"),
        ("/facts/registers/VMADD/", "/facts/registers/2116/"),
        ("/facts/instructions/LDA/", "/facts/instructions/lda/"),
        ("/facts/instructions/blt/", "/facts/instructions/bcc/"),
        ("/facts/instructions/A9/", "/facts/instructions/lda/#opcode-A9"),
        ("/facts/?q=inidisp", "/facts/registers/2100/"),
        ("/facts/?q=$2100", "/facts/registers/2100/"),
        ("/facts/?q=lda", "/facts/instructions/lda/"),
        ("/facts/?q=a9", "/facts/instructions/lda/"),
    ],
)
def test_names_lead_to_the_page(client: Client, url: str, to: str) -> None:
    response = client.get(url)
    assert (response.status_code, response.headers["Location"]) == (302, to)


@pytest.mark.parametrize(
    ("url", "help"),
    [
        ("/facts/registers/INIDISX/", "INIDISP</a>"),
        ("/facts/registers/2184/", "all registers"),
        ("/facts/instructions/LDX2/", "LDX</a>"),
        ("/facts/instructions/zz/", "all instructions"),
        ("/facts/registers/%3Cscript%3E/", "&lt;script&gt;"),
    ],
)
def test_what_there_is_not_says_what_to_do(client: Client, url: str, help: str) -> None:
    page = text(client, url, 404)
    assert help in page and "Search by address" in page and "<script>" not in page


def test_search(client: Client) -> None:
    page = text(client, "/facts/?q=vram")
    assert "VMAIN" in page and "RDVRAML" in page and "INIDISP</a>" not in page
    assert "BCS" in text(client, "/facts/?q=carry+branches")
    assert "VMADDL" in text(client, "/facts/?q=vmadd")
    assert "No register and no instruction" in text(client, "/facts/?q=<script>zzzz")


def test_lists_are_narrowed(client: Client) -> None:
    page = text(client, "/facts/registers/?area=DMA&q=bank")
    assert "$4304" in page and "$2100" not in page
    assert "No register fits" in text(client, "/facts/registers/?q=nothing")
    assert "$2100" in text(client, "/facts/registers/?area=nonsense")
    assert "No instruction is called" in text(client, "/facts/instructions/?q=zzzz")


def test_pages_cost_no_query_of_their_own(client: Client, django_assert_max_num_queries: Any) -> None:
    for url in (
        "/facts/",
        "/facts/registers/",
        "/facts/registers/2100/",
        "/facts/instructions/lda/",
        "/facts/opcodes/",
    ):
        with django_assert_max_num_queries(3):  # the session, the person, the counts of the navigation
            client.get(url)


def test_they_are_in_the_navigation(client: Client) -> None:
    assert 'href="/facts/"\n       aria-current="page"' in text(client, "/facts/registers/2100/")
