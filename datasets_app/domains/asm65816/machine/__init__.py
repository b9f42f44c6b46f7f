"""The 65816 and the parts of the console around it, executed: `Machine` runs code, memories and buses hold it."""

from datasets_app.domains.asm65816.machine.machine import Bus, Ended, Machine
from datasets_app.domains.asm65816.machine.memory import SparseMemory

__all__ = ["Bus", "Ended", "Machine", "SparseMemory"]
