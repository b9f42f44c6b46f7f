"""Routines for what the CPU chip does: interrupts, arithmetic, joypads, timers, work RAM and the sound port."""

from __future__ import annotations

from datasets_app.domains.asm65816.generators.routine import Routine

ROUTINES = (
    Routine(
        slug="enable_nmi",
        asks=(
            "Enable the vblank NMI and automatic joypad reading.",
            "Switch NMI on, together with the automatic reading of the pads.",
            "Which write starts vblank interrupts and joypad polling?",
        ),
        code=("SEP #$20", "LDA #$81", "STA @NMITIMEN"),
        whys=(
            "In @NMITIMEN bit 7 enables the NMI and bit 0 the automatic joypad reading.",
            "$81 sets the two bits that matter in @NMITIMEN: NMI at the top, joypads at the bottom.",
            "From the next vblank on the NMI handler runs, since bit 7 of @NMITIMEN is set; bit 0 reads the pads.",
        ),
        choices={},
    ),
    Routine(
        slug="disable_interrupts",
        asks=(
            "Disable NMI, timer IRQs and automatic joypad reading.",
            "Turn all of the console's own interrupts off.",
        ),
        code=("SEP #$20", "STZ @NMITIMEN"),
        whys=(
            "A zero in @NMITIMEN clears NMI, both timer IRQs and joypad reading.",
            "STZ writes 0 to @NMITIMEN, and nothing there stays enabled.",
        ),
        choices={},
    ),
    Routine(
        slug="acknowledge_nmi",
        asks=(
            "Acknowledge the NMI at the start of the handler.",
            "Clear the NMI flag inside the interrupt routine.",
        ),
        code=("SEP #$20", "LDA @RDNMI"),
        whys=(
            "Reading @RDNMI clears its flag in bit 7; the value itself is not needed.",
            "The flag is cleared by the read of @RDNMI, so there is nothing to write.",
        ),
        choices={},
    ),
    Routine(
        slug="wait_vblank",
        asks=(
            "Wait until the console is in vertical blanking.",
            "Busy-wait for vblank without interrupts.",
            "Poll for the vertical blank.",
        ),
        code=("SEP #$20", "Wait:", "LDA @HVBJOY", "BPL Wait"),
        whys=(
            "Bit 7 of @HVBJOY is set during vblank. BPL loops while it is clear.",
            "The loop reads @HVBJOY until its top bit, the vblank flag, makes the value negative.",
        ),
        choices={},
    ),
    Routine(
        slug="read_joypad",
        asks=(
            "Read joypad {x} after the automatic reading has finished.",
            "Wait for the pads and load the buttons of controller {x} into A.",
            "Get the 16 button bits of pad {x}.",
        ),
        code=("SEP #$20", "Busy:", "LDA @HVBJOY", "AND #$01", "BNE Busy", "REP #$20", "LDA @JOYxL"),
        whys=(
            "Bit 0 of @HVBJOY is 1 while the pads are read. Then a 16-bit load from @JOYxL takes both bytes.",
            "@JOYxL is only valid when bit 0 of @HVBJOY is back to 0, hence the loop.",
            "The loop waits for @HVBJOY; after it, A holds @JOYxL in its low byte and @JOYxH in its high byte.",
        ),
        choices={"x": range(1, 5)},
    ),
    Routine(
        slug="multiply",
        asks=(
            "Multiply {a} by {b} with the hardware multiplier.",
            "Compute {a} * {b} without a loop.",
            "Use the multiplication registers for {a} times {b}; leave the product in A.",
        ),
        code=(
            "SEP #$20",
            "LDA #${a:02X}",
            "STA @WRMPYA",
            "LDA #${b:02X}",
            "STA @WRMPYB",
            "NOP",
            "NOP",
            "NOP",
            "NOP",
            "REP #$20",
            "LDA @RDMPYL",
        ),
        whys=(
            "@WRMPYA takes {a}; writing {b} to @WRMPYB starts the work. After 8 cycles @RDMPYL holds {product}.",
            "The product {product} is read from @RDMPYL. A write to @WRMPYB starts it; @WRMPYA has the other factor.",
            "Two factors, @WRMPYA and @WRMPYB, and four NOPs to wait; the 16-bit result {product} is in @RDMPYL.",
        ),
        choices={"a": range(2, 256), "b": range(2, 256)},
        derive=lambda v: {"product": v["a"] * v["b"]},
    ),
    Routine(
        slug="divide",
        asks=(
            "Divide {n} by {d} with the hardware divider.",
            "Compute {n} / {d} and leave the quotient in A.",
            "How do the division registers give me {n} divided by {d}?",
        ),
        code=(
            "REP #$20",
            "LDA #${n:04X}",
            "STA @WRDIVL",
            "SEP #$20",
            "LDA #${d:02X}",
            "STA @WRDIVB",
            *("NOP",) * 8,
            "REP #$20",
            "LDA @RDDIVL",
        ),
        whys=(
            "@WRDIVL takes the dividend; the divisor in @WRDIVB starts. 16 cycles later @RDDIVL holds {q}, "
            "and @RDMPYL the remainder {rest}.",
            "The quotient {q} comes from @RDDIVL, the remainder {rest} would be in @RDMPYL. "
            "The write to @WRDIVB starts the division of what @WRDIVL holds.",
        ),
        choices={"n": range(256, 0x10000, 97), "d": range(2, 256)},
        derive=lambda v: {"q": v["n"] // v["d"], "rest": v["n"] % v["d"]},
    ),
    Routine(
        slug="fast_rom",
        asks=("Switch to FastROM.", "Let the CPU read ROM at 3.58 MHz.", "Enable fast ROM access in banks $80 and up."),
        code=("SEP #$20", "LDA #$01", "STA @MEMSEL"),
        whys=(
            "Bit 0 of @MEMSEL selects fast access for banks $80 to $FF.",
            "@MEMSEL has a single bit; 1 makes ROM in the upper banks fast.",
        ),
        choices={},
    ),
    Routine(
        slug="scanline_irq",
        asks=(
            "Request an IRQ at scanline {line}.",
            "Set the V timer to line {line} and enable its IRQ.",
        ),
        code=(
            "REP #$20",
            "LDA #$00{line:02X}",
            "STA @VTIMEL",
            "SEP #$20",
            "LDA #$20",
            "STA @NMITIMEN",
            "CLI",
        ),
        whys=(
            "@VTIMEL takes the line as 16 bits; bit 5 of @NMITIMEN enables the V IRQ and CLI lets the CPU take it.",
            "When the V counter reaches {line}, which is in @VTIMEL, the IRQ that $20 in @NMITIMEN enables is raised.",
        ),
        choices={"line": range(1, 225)},
    ),
    Routine(
        slug="work_ram_port",
        asks=(
            "Write ${value:02X} to work RAM at $7E{low:04X} through the data port.",
            "Use the work RAM port to store ${value:02X} at $7E{low:04X}.",
        ),
        code=(
            "SEP #$20",
            "REP #$10",
            "LDX #${low:04X}",
            "STX @WMADDL",
            "STZ @WMADDH",
            "LDA #${value:02X}",
            "STA @WMDATA",
        ),
        whys=(
            "The 17-bit address is set with @WMADDL, the byte after it and @WMADDH; @WMDATA then takes the value.",
            "@WMDATA stores the byte and steps the address, which starts in @WMADDL. A 0 in @WMADDH means bank $7E.",
        ),
        choices={"low": range(0x2000, 0x10000, 0x101), "value": range(256)},
    ),
    Routine(
        slug="sound_ready",
        asks=("Wait until the sound CPU is ready.", "Poll the sound CPU for its ready signature."),
        code=("REP #$20", "Wait:", "LDA @APUIO0", "CMP #$BBAA", "BNE Wait"),
        whys=(
            "The sound CPU's boot program puts $AA into @APUIO0 and $BB into @APUIO1; a 16-bit read sees both.",
            "@APUIO0 and @APUIO1 together read $BBAA once the boot program waits for data.",
        ),
        choices={},
    ),
)
