"""Where execution may begin, and the order in which a text is followed from there."""

from __future__ import annotations

from collections.abc import Iterable

from datasets_app.domains.asm65816.assembler.result import Assembly
from datasets_app.domains.asm65816.lint import widths
from datasets_app.domains.asm65816.lint.effects import Effect
from datasets_app.domains.asm65816.lint.flow import Flow
from datasets_app.domains.asm65816.lint.graph import Graph, draw, end_of

_PASSES_DATA = (Effect.CALL, Effect.INDIRECT_CALL)


class UnknownEntry(LookupError):
    """There is no code at the label “{label}”. Name a label that stands before an instruction."""

    def __init__(self, label: str) -> None:
        super().__init__((self.__doc__ or "").format(label=label))


def follow(
    assembly: Assembly, *, m: bool | None = None, x: bool | None = None, entries: Iterable[str] | None = None
) -> Flow:
    """Follow the code from its entries; `m` and `x` are the flags there, None unknown. UnknownEntry for a false label.

    Entries are the labels named, else the first instruction. Then every label that is not reached by then is entered
    too, and every piece that an `org` puts somewhere, with unknown widths: first those that nothing in the text leads
    to. A label inside a run that was reached is no entry: it may stand there for a branch, a reader or a patch.
    """
    graph = draw(assembly)
    flow = Flow(graph)
    if not graph.instructions:
        return flow
    promised = widths.promised(m), widths.promised(x)
    for position in _named(graph, entries) if entries is not None else _first(graph):
        flow.start(position, *promised)
    aimed = graph.called | graph.jumped
    possible = sorted(_pieces(graph) | {graph.index.get(address, 0) for address in assembly.labels.values()})
    unaimed = [position for position in possible if position not in aimed]
    unknown = widths.width(widths.UNKNOWN)
    for position in [*unaimed, *possible, 0, *_behind_inline_data(graph)]:
        if position not in flow.reached:
            flow.start(position, *(promised if entries is None and position == 0 else (unknown, unknown)))
    return flow


def _first(graph: Graph) -> list[int]:
    """The first instruction, unless the text calls it: then its callers say how it is entered."""
    return [] if 0 in graph.called else [0]


def _pieces(graph: Graph) -> set[int]:
    """The instructions before which nothing is written."""
    instructions = graph.instructions
    return {
        position
        for position, placed in enumerate(instructions)
        if (position == 0 or graph.following[position - 1] != position)
        and graph.covering(placed.address - 1) is None
        and graph.data_at(placed.address - 1) is None
    }


def _named(graph: Graph, entries: Iterable[str]) -> list[int]:
    positions = []
    for label in entries:
        address = graph.assembly.labels.get(label)
        if address is None or address not in graph.index:
            raise UnknownEntry(label)
        positions.append(graph.index[address])
    return positions


def _behind_inline_data(graph: Graph) -> list[int]:
    """Instructions behind data that stand behind a call: the routine called may step over its arguments."""
    found = []
    for position, effect in enumerate(graph.effects[:-1]):
        if effect in _PASSES_DATA and graph.following[position] < 0:
            gap = range(end_of(graph.instructions[position]), graph.instructions[position + 1].address)
            if gap and None not in (graph.data_at(gap[0]), graph.data_at(gap[-1])):
                found.append(position + 1)
    return found
