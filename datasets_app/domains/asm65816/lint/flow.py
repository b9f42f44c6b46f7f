"""Follow the code from its entries: the states before each instruction, for each way in which a routine is called.

A routine is looked at once for each width of the registers that it is entered with (a `Visit`), so that one called with
8 and with 16 bits is judged in both. Where paths meet, states with the same stack join; others stay side by side.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from datasets_app.domains.asm65816.lint import stack, widths
from datasets_app.domains.asm65816.lint.effects import RETURN_SIZE, Effect
from datasets_app.domains.asm65816.lint.graph import Graph
from datasets_app.domains.asm65816.lint.transfer import TRANSFER, State, join_states

_BRANCH, _PUSH = int(Effect.BRANCH), int(Effect.PUSH)
_STACKS_AT_ONE_PLACE = 6
_VISITS_OF_ONE_ROUTINE = 8

Key = tuple[int, int, str | None, int]
"""Visit, position, and of the stack its shape and how far it is below."""

Exit = tuple[int, int, int, bool]
"""Widths of A and of X and Y, emulation mode at the returns, whether the stack is lost."""


@dataclass(slots=True)
class Visit:
    """One routine entered with certain widths. `call` is "JSR", "JSL", or "" for an entry from outside.

    `exit` is None until a way to a return is found. `stack_loop`: a loop pushes or pulls more than it gives back, so
    what is on the stack depends on how often it runs.
    """

    start: int
    call: str
    callers: dict[Key, None] = field(default_factory=dict)
    exit: Exit | None = None
    returns: dict[int, None] = field(default_factory=dict)
    stack_loop: bool = False


@dataclass(slots=True)
class Flow:
    """What is known about the code; filled by `follow`.

    `states` are the states before instructions; `reached` marks positions; `calls` are the visits that a call at
    (visit, position) makes; `resumed` the positions where a return that was used as a jump goes on.
    """

    graph: Graph
    visits: list[Visit] = field(default_factory=list)
    states: dict[Key, State] = field(default_factory=dict)
    reached: set[int] = field(default_factory=set)
    calls: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    resumed: dict[tuple[int, int], int] = field(default_factory=dict)
    _known: dict[tuple[int, str, int, int, int], int] = field(default_factory=dict)
    _visits_of: dict[int, int] = field(default_factory=dict)
    _unfinished: dict[int, None] = field(default_factory=dict)
    _stacks: dict[tuple[int, int], int] = field(default_factory=dict)
    _work: list[Key] = field(default_factory=list)

    def start(self, position: int, m: int, x: int) -> None:
        """Enter from outside with these widths and follow everything from there to the end."""
        pulls_first = self.graph.effects[position] == Effect.PULL
        # A piece that begins by pulling is the end of routines elsewhere, which pushed.
        self._visit(position, "", m, x, 2, stack.LOST if pulls_first else stack.EMPTY)
        self._run()
        while self._assume_stuck_calls_return():
            self._run()

    def _visit(self, position: int, call: str, m: int, x: int, emulation: int, pushed: stack.Stack) -> int:
        key = (position, call, m & 7, x & 7, emulation)
        if key in self._known:
            return self._known[key]
        if self._visits_of.get(position, 0) >= _VISITS_OF_ONE_ROUTINE:
            m = x = widths.width(widths.UNKNOWN)
            key = (position, call, m, x, 2)
            if key in self._known:
                return self._known[key]
        number = self._known[key] = len(self.visits)
        self._visits_of[position] = self._visits_of.get(position, 0) + 1
        self.visits.append(Visit(position, call))
        self._enter(number, position, (m, x, emulation, 2, pushed), -1)
        return number

    def _run(self) -> None:
        work, states = self._work, self.states
        while work:
            key = work.pop()
            self._go_on(key[0], key[1], states[key])

    def _go_on(self, visit: int, at: int, state: State) -> None:
        """Follow a straight run from `at`, whose state is new, until control divides or nothing new is learned."""
        graph, states, reached = self.graph, self.states, self.reached
        effects, following, instructions = graph.effects, graph.following, graph.instructions
        while True:
            effect = effects[at]
            if effect >= _BRANCH:
                self._divide(visit, at, state, effect)
                return
            if effect:
                state = TRANSFER[effect](at, instructions[at], state)
            at = following[at]
            if at < 0:
                return
            key = (visit, at, state[4][0], state[4][2])
            old = states.get(key)
            if old is not None:
                state = join_states(old, state, at)
                if state is old:
                    return
            states[key] = state
            reached.add(at)

    def _enter(self, visit: int, at: int, state: State, source: int) -> None:
        """Note a state at a place that control jumps to from `source`, to be looked at if it says something new."""
        key = (visit, at, state[4][0], state[4][2])
        old = self.states.get(key)
        if old is None:
            count = self._stacks[visit, at] = self._stacks.get((visit, at), 0) + 1
            if count > 1 and state[4][0] is not None and (source >= at or count > _STACKS_AT_ONE_PLACE):
                self.visits[visit].stack_loop |= source >= at
                self._enter(visit, at, (*state[:4], stack.LOST), source)
                return
        else:
            state = join_states(old, state, at)
            if state is old:
                return
        self.states[key] = state
        self.reached.add(at)
        self._work.append(key)

    def _divide(self, visit: int, at: int, state: State, effect: int) -> None:
        graph = self.graph
        if effect == Effect.BRANCH:
            self._branch(visit, at, state)
        elif effect == Effect.JUMP:
            self._jump(visit, at, state, graph.target[at])
        elif effect == Effect.INDIRECT_JUMP:
            for target in graph.table(at):
                self._jump(visit, at, state, target)
        elif effect == Effect.CALL:
            self._call(visit, at, state, [graph.target[at]])
        elif effect == Effect.INDIRECT_CALL:
            self._call(visit, at, state, graph.table(at))
        elif effect == Effect.RETURN:
            self._return(visit, at, state)

    def _branch(self, visit: int, at: int, state: State) -> None:
        mnemonic, carry = self.graph.instructions[at].opcode.mnemonic, state[3]
        decided = {"BCC": 0, "BCS": 1}.get(mnemonic, -1)
        if carry == 2 or decided in (-1, carry):
            self._jump(visit, at, state, self.graph.target[at])
        if (carry == 2 or decided != carry) and self.graph.following[at] >= 0:
            self._enter(visit, self.graph.following[at], state, -1)

    def _jump(self, visit: int, at: int, state: State, target: int) -> None:
        """Go to the target; out of sight, it returns to an address pushed for it, or to our caller if it can."""
        if target >= 0:
            self._enter(visit, target, state, at)
        elif not self._resume(visit, at, self._after_unseen(at, state)) and not state[4][2]:
            self._leave(visit, at, self._after_unseen(at, state))

    def _call(self, visit: int, at: int, state: State, targets: list[int]) -> None:
        key = (visit, at, state[4][0], state[4][2])
        call = self.graph.instructions[at].opcode.mnemonic
        m, x, emulation = state[:3]
        for target in targets:
            if target < 0:
                self._returned(key, (*self._after_unseen(at, state)[:3], False))
                continue
            number = self._visit(target, call, m, x, emulation, stack.EMPTY)
            made = self.calls.setdefault((visit, at), [])
            if number not in made:
                made.append(number)
            self.visits[number].callers[key] = None
            leaving = self.visits[number].exit
            if leaving is not None:
                self._returned(key, leaving)
            else:
                self._unfinished[number] = None

    def _returned(self, call: Key, leaving: Exit) -> None:
        """Go on behind a call whose routine leaves like this."""
        visit, at = call[:2]
        if self.graph.following[at] >= 0:
            pushed = stack.LOST if leaving[3] else self.states[call][4]
            self._enter(visit, self.graph.following[at], (*leaving[:3], 2, pushed), -1)

    def _return(self, visit: int, at: int, state: State) -> None:
        shape, _, below = state[4]
        if shape and self.is_jump(at, state):
            size = RETURN_SIZE[self.graph.instructions[at].opcode.mnemonic]
            if shape[-2] == "E" and self._resume(visit, at, state):
                return
            after = self._after_unseen(at, (*state[:4], stack.drop(state[4], size)))
            if not self._resume(visit, at, after):
                self._leave(visit, at, after)
            return
        self.visits[visit].returns[at] = None
        if shape or not below:
            self._leave(visit, at, state)

    def is_jump(self, at: int, state: State) -> bool:
        """Whether a return pulls an address that was pushed for it: by PEA or PER, or by the push right before it."""
        shape = state[4][0]
        if not shape or self.graph.instructions[at].opcode.mnemonic == "RTI":
            return False
        pushed_last = at > 0 and self.graph.following[at - 1] == at and self.graph.effects[at - 1] == _PUSH
        return shape[-2] == "E" or (pushed_last and shape[-2] in "AXY" and stack.depth(state[4]) >= 2)

    def _resume(self, visit: int, at: int, state: State) -> bool:
        """Go on behind the return address that PEA or PER pushed, if that is what lies on top and it is in sight."""
        shape, entries, _ = state[4]
        if not shape or shape[-2:] != "E2" or entries[-1][1] < 0:
            return False
        bank = self.graph.instructions[at].address & 0xFF0000
        target = self.graph.index.get(bank | entries[-1][1] + 1 & 0xFFFF, -1)
        if target < 0:
            return False
        size = 3 if shape[-4:-2] == "K1" else 2
        self.resumed[visit, at] = target
        self._enter(visit, target, (*state[:4], stack.drop(state[4], size)), at)
        return True

    def _after_unseen(self, at: int, state: State) -> State:
        m, x, emulation, _, pushed = state
        return widths.weakened(m, at), widths.weakened(x, at), emulation, 2, pushed

    def _leave(self, visit: int, at: int, state: State) -> None:
        """Note how this visit ends, and go on behind its callers."""
        seen = self.visits[visit]
        leaving: Exit = (state[0], state[1], state[2], state[4][0] is None)
        if seen.exit is not None:
            old = seen.exit
            leaving = (
                widths.join(old[0], leaving[0], at),
                widths.join(old[1], leaving[1], at),
                old[2] if old[2] == leaving[2] else 2,
                old[3] or leaving[3],
            )
            if leaving == old:
                return
        seen.exit = leaving
        self._unfinished.pop(visit, None)
        for call in list(seen.callers):
            self._returned(call, leaving)

    def _assume_stuck_calls_return(self) -> bool:
        """Let calls return whose routine never does as far as can be seen: it pulls its return address, or loops."""
        stuck = [self.visits[number] for number in self._unfinished]
        self._unfinished.clear()
        for visit in stuck:
            call = next(iter(visit.callers))
            m, x, emulation = self._after_unseen(call[1], self.states[call])[:3]
            visit.exit = (m, x, emulation, False)
            for caller in list(visit.callers):
                self._returned(caller, visit.exit)
        return bool(stuck)
