"""What the states before the instructions say is wrong."""

from __future__ import annotations

from datasets_app.domains.asm65816.assembler.result import Diagnostic
from datasets_app.domains.asm65816.lint.effects import Effect
from datasets_app.domains.asm65816.lint.flow import Flow
from datasets_app.domains.asm65816.lint.operand_widths import check_immediate
from datasets_app.domains.asm65816.lint.pulls import check_pull
from datasets_app.domains.asm65816.lint.reach import check_ends, check_targets, check_unreachable
from datasets_app.domains.asm65816.lint.remarks import Remarks
from datasets_app.domains.asm65816.lint.returns import check_calls, check_return
from datasets_app.domains.asm65816.lint.timing_rules import check_early_results
from datasets_app.domains.asm65816.lint.transfer import State

_CHECKS = {
    int(Effect.IMMEDIATE_M): check_immediate,
    int(Effect.IMMEDIATE_X): check_immediate,
    int(Effect.PULL): check_pull,
    int(Effect.RETURN): check_return,
}


def findings(flow: Flow) -> tuple[Diagnostic, ...]:
    """Return everything that is wrong, likely wrong or worth a note, in the order of lines."""
    remarks = Remarks(flow)
    for at, states in _states_to_check(flow).items():
        _CHECKS[flow.graph.effects[at]](remarks, at, states)
    check_calls(remarks)
    check_ends(remarks)
    check_targets(remarks)
    check_unreachable(remarks)
    check_early_results(remarks)
    return remarks.sorted()


def _states_to_check(flow: Flow) -> dict[int, list[tuple[int, State]]]:
    """The states before each instruction that has a check, each with its visit."""
    effects = flow.graph.effects
    states: dict[int, list[tuple[int, State]]] = {}
    for (visit, at, _, _), state in flow.states.items():
        if effects[at] in _CHECKS:
            states.setdefault(at, []).append((visit, state))
    return states
