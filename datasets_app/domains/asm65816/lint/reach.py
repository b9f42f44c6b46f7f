"""Code that is not reached, and control that goes where there is no code."""

from __future__ import annotations

from datasets_app.domains.asm65816.assembler.result import Placed
from datasets_app.domains.asm65816.lint.effects import Effect
from datasets_app.domains.asm65816.lint.graph import Graph, end_of, target_address
from datasets_app.domains.asm65816.lint.remarks import Remarks, written

_TARGETED = (int(Effect.BRANCH), int(Effect.JUMP), int(Effect.CALL))
_ENDS = (int(Effect.JUMP), int(Effect.INDIRECT_JUMP), int(Effect.RETURN), int(Effect.STOP))
_CALLS = (int(Effect.CALL), int(Effect.INDIRECT_CALL))


def check_unreachable(remarks: Remarks) -> None:
    """Find `unreachable`: the first instruction of each run that nothing leads to. Padding with NOP is left alone."""
    flow = remarks.flow
    if len(flow.reached) == len(flow.graph.instructions):
        return
    runs: list[list[int]] = []
    for at in range(len(flow.graph.instructions)):
        if at in flow.reached:
            continue
        if runs and flow.graph.following[runs[-1][-1]] == at:
            runs[-1].append(at)
        else:
            runs.append([at])
    for positions in runs:
        run = [flow.graph.instructions[at] for at in positions]
        if any(placed.opcode.mnemonic != "NOP" for placed in run):
            remarks.add(
                "warning",
                positions[0],
                "unreachable",
                f"Nothing leads to {written(run[0])}{_extent(run)}: no label stands there and the code before goes "
                "elsewhere.",
                "Take it out, or give it a label and jump to it.",
            )


def _extent(run: list[Placed]) -> str:
    last = run[-1].line
    return f" and what follows up to line {last}" if last > run[0].line else ""


def check_ends(remarks: Remarks) -> None:
    """Find `falls_off`: control goes past the last instruction of a run."""
    flow, graph = remarks.flow, remarks.flow.graph
    for at, behind in enumerate(graph.following):
        if behind >= 0 or graph.effects[at] in _ENDS or at not in flow.reached or _stops_anyway(remarks, at):
            continue
        placed = graph.instructions[at]
        if graph.data_at(end_of(placed)) is not None:
            if graph.effects[at] not in _CALLS and not _skips(graph, end_of(placed)):
                remarks.add(
                    "warning",
                    at,
                    "falls_off",
                    f"Behind {written(placed)} the processor runs into data and takes them for instructions.",
                    "End the code before it with RTS, RTL or a jump.",
                )
            continue
        remarks.add(
            "warning" if _is_labelled(graph, at) else "note",
            at,
            "falls_off",
            f"The code ends with {written(placed)}, and the processor goes on with whatever lies behind it.",
            "End it with RTS, RTL, RTI or a jump, unless it is meant to be put into other code.",
        )


def _skips(graph: Graph, address: int) -> bool:
    """Whether the datum is the opcode of BIT, put there to jump over the instruction behind it."""
    return graph.data_at(address) in (0x24, 0x2C) and address + 1 in graph.index


def _stops_anyway(remarks: Remarks, at: int) -> bool:
    graph = remarks.flow.graph
    if graph.instructions[at].opcode.mnemonic in ("BRK", "COP"):
        return True
    if graph.effects[at] == Effect.BRANCH:
        return graph.always_leaves(at)
    return False


def _is_labelled(graph: Graph, at: int) -> bool:
    """Whether the run of code that ends here begins with a label: a routine, not a piece of one."""
    while at > 0 and graph.following[at - 1] == at:
        at -= 1
    return graph.instructions[at].address in graph.assembly.labels.values()


def check_targets(remarks: Remarks) -> None:
    """Find `into_instruction` and `into_data`: a branch, jump or call to the middle of an instruction, or to data."""
    graph = remarks.flow.graph
    stubbed = graph.assembly.stubbed
    for at, effect in enumerate(graph.effects):
        if effect not in _TARGETED or graph.target[at] >= 0 or graph.instructions[at].label in stubbed:
            continue
        placed = graph.instructions[at]
        address = target_address(placed)
        inside = graph.covering(address)
        if inside is not None:
            remarks.add(
                "error",
                at,
                "into_instruction",
                f"{written(placed)} leads to ${address:06X}, the middle of {written(inside)} in line {inside.line}.",
                "Aim at a label.",
            )
        elif graph.data_at(address) is not None:
            remarks.add(
                "warning",
                at,
                "into_data",
                f"{written(placed)} leads to ${address:06X}, where data stand and no instruction.",
                "Aim at code.",
            )
