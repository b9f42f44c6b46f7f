"""What surrounds the 65816 in the console, as far as code can see it: memory map, registers, DMA, time."""

from datasets_app.domains.asm65816.machine.snes.bus import SnesBus

__all__ = ["SnesBus"]
