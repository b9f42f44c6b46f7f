"""Whatever bytes and whatever state: the machine runs, stays in range, and does the same again."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from datasets_app.domains.asm65816.machine import Bus, Machine, NoisyMemory, SnesBus, record_accesses
from datasets_app.domains.asm65816.machine.memory import placed

WORD, BYTE = st.integers(0, 0xFFFF), st.integers(0, 0xFF)
WORDS, BYTES = ("a", "x", "y", "s", "d", "pc"), ("p", "dbr", "pbr")
STATES = st.fixed_dictionaries(dict.fromkeys(WORDS, WORD) | dict.fromkeys(BYTES, BYTE) | {"e": st.booleans()})
STEPS = 300


def machine_on(bus: Bus, state: dict[str, int]) -> Machine:
    cpu = Machine(bus)
    for name, value in state.items():
        setattr(cpu, name, value)
    return cpu


def state_of(cpu: Machine) -> dict[str, int]:
    return {name: getattr(cpu, name) for name in (*WORDS, *BYTES, "e", "cycles", "stopped", "waiting")}


@settings(max_examples=150)
@given(code=st.binary(min_size=1, max_size=60), state=STATES, seed=WORD)
def test_random_bytes_run_within_the_limit_and_registers_stay_in_range(
    code: bytes, state: dict[str, int], seed: int
) -> None:
    cpu = machine_on(NoisyMemory(placed(state["pbr"] << 16 | state["pc"], code), seed), state)
    log = record_accesses(cpu, lambda address: True)
    ended = cpu.run(STEPS)
    assert ended.steps <= STEPS
    assert all(0 <= getattr(cpu, name) <= 0xFFFF for name in WORDS)
    assert all(0 <= getattr(cpu, name) <= 0xFF for name in BYTES)
    assert all(0 <= access.address <= 0xFFFFFF and 0 <= access.value <= 0xFF for access in log)
    assert cpu.x <= 0xFF or not cpu.p & 0x10
    assert cpu.s >> 8 == 1 or not cpu.e
    assert 2 * ended.steps <= ended.cycles <= 10 * ended.steps


@settings(max_examples=60)
@given(code=st.binary(min_size=1, max_size=60), state=STATES, seed=WORD)
def test_the_same_state_runs_the_same_way_after_a_reset_of_the_memory(
    code: bytes, state: dict[str, int], seed: int
) -> None:
    memory = NoisyMemory(placed(state["pbr"] << 16 | state["pc"], code), seed)
    outcomes = []
    for _ in range(2):
        memory.reset(seed)
        cpu = machine_on(memory, state)
        cpu.run(STEPS)
        outcomes.append((state_of(cpu), dict(memory.written)))
    assert outcomes[0] == outcomes[1]


@settings(max_examples=60)
@given(code=st.binary(min_size=1, max_size=60), state=STATES)
def test_random_bytes_run_on_the_console_too(code: bytes, state: dict[str, int]) -> None:
    bus = SnesBus()
    bus.load(0x008000, code)
    cpu = machine_on(bus, state | {"pbr": 0, "pc": 0x8000})
    ended = cpu.run(STEPS)
    assert bus.clocks >= 6 * ended.cycles
