"""The 65816 and the parts of the console around it, executed.

`Machine` runs code on a bus: `SparseMemory` (all memory, the default), `NoisyMemory` (for comparing two routines over
many states) or `SnesBus` (work RAM, registers, DMA, time). `record_accesses` logs what a machine does to the registers,
`restore_state` begins from a state again.
"""

from datasets_app.domains.asm65816.machine.accesses import Access, record_accesses
from datasets_app.domains.asm65816.machine.machine import Bus, Ended, Machine
from datasets_app.domains.asm65816.machine.memory import NoisyMemory, SparseMemory, is_register
from datasets_app.domains.asm65816.machine.snes import SnesBus
from datasets_app.domains.asm65816.machine.state import State, restore_state, save_state

__all__ = [
    "Access",
    "Bus",
    "Ended",
    "Machine",
    "NoisyMemory",
    "SnesBus",
    "SparseMemory",
    "State",
    "is_register",
    "record_accesses",
    "restore_state",
    "save_state",
]
