"""Where control can go: the placed instructions by address, what follows each, and where jumps lead."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass, field

from datasets_app.domains.asm65816.assembler.result import Assembly, Placed
from datasets_app.domains.asm65816.lint.effects import EFFECTS, Effect
from datasets_app.domains.asm65816.opcodes import Mode

_TARGETED = (Effect.BRANCH, Effect.JUMP, Effect.CALL)
_ALWAYS = {("BCC", "BCS"), ("BEQ", "BNE"), ("BMI", "BPL"), ("BVC", "BVS")}


@dataclass(slots=True)
class Graph:
    """Positions in `instructions` stand for instructions; -1 for none.

    `following` is the instruction right behind, `target` the one that a branch, jump or call leads to, `effects` what
    each does (`Effect`). `called` and `jumped` are the positions that calls, and branches and jumps, lead to.
    """

    assembly: Assembly
    instructions: tuple[Placed, ...]
    index: dict[int, int]
    effects: list[int]
    following: list[int]
    target: list[int]
    called: set[int] = field(default_factory=set)
    jumped: set[int] = field(default_factory=set)
    _blocks: list[tuple[int, bytes]] | None = None

    def data_at(self, address: int) -> int | None:
        """Return the byte written there, None where nothing is or where an instruction stands."""
        if self._blocks is None:
            self._blocks = sorted(self.assembly.blocks)
        start, block = self._blocks[place] if (place := bisect(self._blocks, (address + 1,)) - 1) >= 0 else (0, b"")
        if not start <= address < start + len(block) or self.covering(address):
            return None
        return block[address - start]

    def covering(self, address: int) -> Placed | None:
        """Return the instruction that has a byte at the address, None where there is none."""
        for back in range(4):
            position = self.index.get(address - back, -1)
            if position >= 0 and len(self.instructions[position].data) > back:
                return self.instructions[position]
        return None

    def table(self, at: int) -> list[int]:
        """Return where an indirect jump or call can lead, -1 for somewhere else; [-1] when no table is in sight.

        The table of `JMP (table,X)` and `JSR (table,X)` goes on up to the next label, or to where the data end.
        """
        placed = self.instructions[at]
        if placed.opcode.mode != Mode.ABSOLUTE_X_INDIRECT or placed.operand is None:
            return [-1]
        bank = placed.address & 0xFF0000
        address = bank | placed.operand & 0xFFFF
        found: list[int] = []
        while not (found and address in self.assembly.labels.values()):
            low, high = self.data_at(address), self.data_at(address + 1)
            if low is None or high is None:
                break
            found.append(self.index.get(bank | high << 8 | low, -1))
            address += 2
        return list(dict.fromkeys(found)) or [-1]

    def always_leaves(self, at: int) -> bool:
        """Whether a branch at the end of a pair cannot fall through: BCC behind BCS, BVC behind CLV."""
        if at == 0 or self.following[at - 1] != at:
            return False
        first, second = self.instructions[at - 1].opcode.mnemonic, self.instructions[at].opcode.mnemonic
        return (first, second) in _ALWAYS or (second, first) in _ALWAYS or (first, second) == ("CLV", "BVC")


def end_of(placed: Placed) -> int:
    """Return the address behind an instruction; the program counter stays in its bank."""
    return placed.address & 0xFF0000 | placed.address + len(placed.data) & 0xFFFF


def draw(assembly: Assembly) -> Graph:
    """Return the graph of an assembly's instructions."""
    instructions = assembly.instructions
    index = {placed.address: position for position, placed in enumerate(instructions)}
    effects = [EFFECTS[placed.opcode.code] for placed in instructions]
    following = [index.get(end_of(placed), -1) for placed in instructions]
    graph = Graph(assembly, instructions, index, effects, following, [-1] * len(instructions))
    stubbed = set(assembly.stubbed)
    for position, effect in enumerate(effects):
        if effect in _TARGETED and instructions[position].label not in stubbed:
            _aim(graph, position, effect)
    return graph


def target_address(placed: Placed) -> int:
    """Return where a branch, jump or call with a known operand leads, 24 bits."""
    operand = placed.operand or 0
    if placed.opcode.mode == Mode.LONG:
        return operand
    return placed.address & 0xFF0000 | operand & 0xFFFF


def _aim(graph: Graph, position: int, effect: int) -> None:
    target = graph.index.get(target_address(graph.instructions[position]), -1)
    graph.target[position] = target
    if target >= 0:
        (graph.called if effect == Effect.CALL else graph.jumped).add(target)
