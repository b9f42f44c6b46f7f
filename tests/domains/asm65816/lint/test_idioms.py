"""Good code, as it is written in real projects, gives no findings."""

from __future__ import annotations

import pytest

from tests.domains.asm65816.lint.linting import found

IDIOMS = {
    "flags saved around 16-bit work": """
        Main: PHP : REP #$30
        LDA #$1234 : STA $10
        PLP : RTS""",
    "data bank set to the program bank": """
        Main: PHB : PHK : PLB
        JSR Work
        PLB : RTL
        Work: LDA.w Table,X : STA $10 : RTS
        Table: db 1,2,3,4""",
    "interrupt handler": """
        NMI: REP #$30
        PHA : PHX : PHY : PHD : PHB
        LDA #$0000 : TCD
        PHK : PLB
        SEP #$30
        LDA $4210
        LDA $12 : BNE .lag
        INC $12 : JSR Update
        .lag: REP #$30
        PLB : PLD : PLY : PLX : PLA
        RTI
        Update: LDA #$80 : STA $2100 : RTS""",
    "reset": """
        Reset: SEI : CLC : XCE
        REP #$38
        LDX #$1FFF : TXS
        LDA #$0000 : TCD
        SEP #$30
        LDA #$80 : STA $2100
        Forever: WAI : BRA Forever""",
    "jump table": """
        Main: SEP #$30
        LDA $10 : ASL A : TAX
        JMP (.states,X)
        .states: dw .first, .second, Elsewhere
        .first: LDA #$01 : STA $11 : RTS
        .second: REP #$20 : LDA #$1234 : STA $12 : SEP #$20 : RTS""",
    "call table": """
        Main: SEP #$30
        LDX $10
        JSR (.states,X)
        LDA #$01 : STA $11
        RTL
        .states: dw .first, .second
        .first: LDA #$01 : RTS
        .second: LDA #$02 : RTS""",
    "jump table by return": """
        Main: REP #$30
        LDA $10 : AND #$00FF : ASL A : TAX
        LDA.w .states,X : DEC A : PHA : RTS
        .states: dw .first, .second
        .first: LDA #$01 : STA $11 : RTS
        .second: LDA #$02 : STA $11 : RTS""",
    "return address pushed": """
        Main: SEP #$30
        PHK : PEA .return-1
        JML Elsewhere
        .return: LDA #$01 : STA $10 : RTL""",
    "return address pushed for a short routine in another bank": """
        Main: SEP #$30
        PHB : PHK : PLB
        PEA .return-1
        JMP ($0010)
        .return: PLB : RTL""",
    "DMA upload": """
        Upload: PHP
        REP #$20
        SEP #$10
        LDA #$1801 : STA $4300
        LDA #$2000 : STA $4302
        LDX #$7E : STX $4304
        LDA #$0800 : STA $4305
        LDX #$01 : STX $420B
        PLP : RTS""",
    "block move": """
        Main: PHB : REP #$30
        LDA #$07FF : LDX #$2000 : LDY #$4000
        MVN $7F,$7E
        SEP #$30 : PLB : RTL""",
    "16-bit work in a loop of 8-bit work": """
        Main: SEP #$30
        LDX #$10
        .next: REP #$20
        LDA $20,X : CLC : ADC #$0100 : STA $20,X
        SEP #$20
        LDA #$01 : STA $40,X
        DEX : DEX : BPL .next
        RTS""",
    "branches that end alike": """
        Main: SEP #$20
        LDA $10 : BEQ .zero
        REP #$20 : LDA #$1234 : BRA .store
        .zero: REP #$20 : LDA #$0000
        .store: STA $12
        SEP #$20 : RTS""",
    "tail calls": """
        Main: LDA $10 : BEQ .other
        JMP Elsewhere
        .other: JML Farther""",
    "registers kept": """
        Main: PHX : PHY
        JSL Elsewhere
        PLY : PLX
        RTS""",
    "flags made by hand": """
        Main: SEP #$20
        LDA #$30 : PHA : PLP
        RTS""",
    "swap by the stack": """
        Main: PHX : PHY : PLX : PLY : RTS""",
    "early returns": """
        Main: LDA $10 : BNE .go
        RTS
        .go: PHA : JSR Work : PLA
        BMI .out
        INC $11
        .out: RTS
        Work: RTS""",
    "shared end": """
        First: PHP : SEP #$30 : LDA #$01 : BRA Store
        Second: PHP : SEP #$30 : LDA #$02
        Store: STA $10 : PLP : RTS""",
    "hook": """
        org $00A000
        JSL Hook : NOP #2
        org $1C8000
        Hook: PHP : SEP #$20 : LDA #$01 : STA $10 : PLP : RTL""",
    "multiplier": """
        Main: SEP #$20
        LDA #$12 : STA $4202
        LDA #$34 : STA $4203
        NOP #4
        REP #$20 : LDA $4216 : STA $10
        SEP #$20 : RTS""",
    "threads that change the stack": """
        Switch: REP #$30
        PHA : PHX : PHY : PHD : PHB
        TSC : TAX
        LDA $1F0A : TCS
        STX $1F0A
        PLB : PLD : PLY : PLX : PLA
        RTI""",
    "arguments on the stack": """
        Main: REP #$20
        PEA $1234
        JSR Work
        PLA
        SEP #$20 : RTS
        Work: LDA $03,S : STA $10 : RTS""",
    "BIT as a jump over the next instruction": """
        Main: SEP #$20
        LDA $10 : BEQ .two
        LDA #$01
        db $2C
        .two: LDA #$02
        STA $11 : RTS""",
    "one routine in both widths": """
        Main: REP #$20 : JSR Clear : SEP #$20 : JSR Clear : RTL
        Clear: STZ $10 : STZ $12 : RTS""",
}


@pytest.mark.parametrize("name", IDIOMS)
def test_good_code_gives_no_findings(name: str) -> None:
    assert found(IDIOMS[name]) == []


ENTERED_NARROW = [name for name, code in IDIOMS.items() if "REP" not in code]


@pytest.mark.parametrize("name", ENTERED_NARROW)
def test_nor_does_it_where_the_widths_at_the_entry_are_stated(name: str) -> None:
    assert found(IDIOMS[name], m=True, x=True) == []
