"""The pages of facts: what is held about registers and instructions, and who says so."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from afsweb.core.models import Role
from afsweb.pages import render_page
from afsweb.permissions import allow
from datasets_app.domains.asm65816.facts.instructions import SOURCES as INSTRUCTION_SOURCES
from datasets_app.domains.asm65816.facts.instructions import all_instructions
from datasets_app.domains.asm65816.registers import SOURCES as REGISTER_SOURCES
from datasets_app.domains.asm65816.registers import all_registers, find_register
from datasets_app.facts import instructions, registers
from datasets_app.facts.finding import find_instructions, find_one, find_registers, instruction_of, opcode_in, similar
from datasets_app.facts.links import page_of

LONGEST = 100  # characters of a search


@require_GET
@allow(Role.VIEWER)
def find_facts(request: HttpRequest) -> HttpResponse:
    """What is held, and from whom; with `?q=` what matches, or the page of what it names."""
    words = asked(request)
    context: dict[str, object] = {"q": words}
    only = find_one(words)
    if only:
        return redirect(page_of(only))
    if words:
        context |= {"registers": find_registers(words), "instructions": find_instructions(words)}
        context |= {"similar": with_pages(words)}
    else:
        areas = [(area, about, len(find_registers("", area))) for area, about in registers.AREAS.items()]
        context |= {
            "areas": areas,
            "register_count": len(all_registers()),
            "instruction_count": len(all_instructions()),
        }
        context |= {"register_sources": REGISTER_SOURCES.values(), "instruction_sources": INSTRUCTION_SOURCES}
    return render_page(request, "datasets/facts.html", context)


@require_GET
@allow(Role.VIEWER)
def list_registers(request: HttpRequest) -> HttpResponse:
    """The registers by area; `?area=` and `?q=` narrow them."""
    words, area = asked(request), request.GET.get("area", "")
    area = area if area in registers.AREAS else ""
    found = find_registers(words, area)
    groups = [(name, about, [one for one in found if one.area == name]) for name, about in registers.AREAS.items()]
    context = {"q": words, "area": area, "areas": registers.AREAS, "groups": [one for one in groups if one[2]]}
    return render_page(request, "datasets/facts_registers.html", context)


@require_GET
@allow(Role.VIEWER)
def show_register(request: HttpRequest, name: str) -> HttpResponse:
    """One register; a name leads to the page of its address, a pair's name to the low one."""
    register = find_register(name)
    if register is None:
        return unknown(request, name, "register")
    if name != f"{register.address:04x}":
        return redirect(page_of(register))
    before, after = registers.beside(register)
    context = {
        "register": register,
        "area": registers.AREAS[register.area],
        "access": registers.ACCESS[register.access],
        "diagram": registers.diagram(register),
        "facts": registers.facts_of(register),
        "disagreements": registers.disagreements(register),
        "letters": REGISTER_SOURCES,
        "partners": registers.partners(register),
        "channels": registers.same_on_other_channels(register),
        "before": before,
        "after": after,
        "words": registers.sample_words(register),
    }
    return render_page(request, "datasets/facts_register.html", context)


@require_GET
@allow(Role.VIEWER)
def list_instructions(request: HttpRequest) -> HttpResponse:
    """The instructions by mnemonic; `?q=` narrows them."""
    words = asked(request)
    context = {"q": words, "instructions": find_instructions(words)}
    return render_page(request, "datasets/facts_instructions.html", context)


@require_GET
@allow(Role.VIEWER)
def show_instruction(request: HttpRequest, name: str) -> HttpResponse:
    """One instruction; another assembler's name for it leads there, and so does an opcode byte."""
    instruction = instruction_of(name)
    if instruction is None:
        return unknown(request, name, "instruction")
    if name != instruction.mnemonic.lower():
        place = opcode_in(name)
        return redirect(page_of(instruction) + (f"#opcode-{place}" if place else ""))
    context = {
        "instruction": instruction,
        "flags": instructions.flag_words(instruction.flags),
        "encodings": instructions.encodings(instruction),
        "sources": INSTRUCTION_SOURCES,
    }
    return render_page(request, "datasets/facts_instruction.html", context)


@require_GET
@allow(Role.VIEWER)
def list_opcodes(request: HttpRequest) -> HttpResponse:
    """The 256 opcodes as a square, the high digit down and the low one across."""
    return render_page(request, "datasets/facts_opcodes.html", {"rows": instructions.matrix()})


def asked(request: HttpRequest) -> str:
    """The words of `?q=`."""
    return request.GET.get("q", "").strip()[:LONGEST]


def unknown(request: HttpRequest, name: str, noun: str) -> HttpResponse:
    """The page for a name that no fact has: what there is instead."""
    context = {"name": name[:LONGEST], "noun": noun, "similar": with_pages(name)}
    return render_page(request, "datasets/facts_unknown.html", context, status=404)


def with_pages(name: str) -> list[tuple[str, str]]:
    """Names that look like `name`, with the pages that explain them."""
    return [(found, page_of(fact)) for found, fact in similar(name[:LONGEST])]
