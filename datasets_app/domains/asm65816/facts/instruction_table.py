"""The 92 mnemonics as data: mnemonic | flags it can change | other assemblers' names | purpose in own words.

Sources: mnemonics and flags as in WDC's W65C816S data sheet, instruction set and status register; the tests hold the
flags against the machine, which hardware-verified vectors hold. Flags: N V M X D I Z C, and E for emulation. An
instruction that restores or exchanges the whole status register can change all of them. BIT with an immediate operand
changes Z alone. The other names are those of ca65, 64tass and WDC's own assembler; asar takes none of them.
"""

from __future__ import annotations

ROWS = """
ADC|NVZC||adds the operand and the carry to A
AND|NZ||keeps the bits of A that the operand has too
ASL|NZC||shifts left by one bit; the top bit goes to the carry, a 0 comes in
BCC||BLT|branches when the carry is clear
BCS||BGE|branches when the carry is set
BEQ|||branches when the zero flag is set
BIT|NVZ||tests bits of the operand against A and keeps A
BMI|||branches when the negative flag is set
BNE|||branches when the zero flag is clear
BPL|||branches when the negative flag is clear
BRA|||always branches, with an 8-bit distance
BRK|DI||raises a software interrupt through the BRK vector
BRL|||always branches, with a 16-bit distance
BVC|||branches when the overflow flag is clear
BVS|||branches when the overflow flag is set
CLC|C||clears the carry flag
CLD|D||clears the decimal flag
CLI|I||clears the interrupt disable flag, which allows IRQs
CLV|V||clears the overflow flag
CMP|NZC|CPA|compares A with the operand
COP|DI||raises a software interrupt through the COP vector
CPX|NZC||compares X with the operand
CPY|NZC||compares Y with the operand
DEC|NZ|DEA|subtracts one from A or from memory
DEX|NZ||subtracts one from X
DEY|NZ||subtracts one from Y
EOR|NZ||inverts the bits of A that the operand has
INC|NZ|INA|adds one to A or to memory
INX|NZ||adds one to X
INY|NZ||adds one to Y
JML|||jumps to a 24-bit address
JMP|||jumps to a 16-bit address in the program bank
JSL|||calls a subroutine at a 24-bit address; RTL returns
JSR|||calls a subroutine in the program bank; RTS returns
LDA|NZ||loads A
LDX|NZ||loads X
LDY|NZ||loads Y
LSR|NZC||shifts right by one bit; the bottom bit goes to the carry, a 0 comes in
MVN|||moves a block of C+1 bytes upwards from X to Y
MVP|||moves a block of C+1 bytes downwards from X to Y
NOP|||does nothing
ORA|NZ||sets the bits of A that the operand has
PEA|||pushes a 16-bit constant
PEI|||pushes a 16-bit value from the direct page
PER|||pushes an address relative to the program counter
PHA|||pushes A
PHB|||pushes the data bank
PHD|||pushes the direct page register
PHK|||pushes the program bank
PHP|||pushes the status register
PHX|||pushes X
PHY|||pushes Y
PLA|NZ||pulls A
PLB|NZ||pulls the data bank
PLD|NZ||pulls the direct page register
PLP|NVMXDIZC||pulls the status register
PLX|NZ||pulls X
PLY|NZ||pulls Y
REP|NVMXDIZC||clears the status bits that are 1 in the operand
ROL|NZC||rotates left by one bit through the carry
ROR|NZC||rotates right by one bit through the carry
RTI|NVMXDIZC||returns from an interrupt
RTL|||returns from a subroutine called with JSL
RTS|||returns from a subroutine called with JSR
SBC|NVZC||subtracts the operand and the inverted carry from A
SEC|C||sets the carry flag
SED|D||sets the decimal flag
SEI|I||sets the interrupt disable flag, which holds IRQs off
SEP|NVMXDIZC||sets the status bits that are 1 in the operand
STA|||stores A
STP|||stops the processor until a reset
STX|||stores X
STY|||stores Y
STZ|||stores zero
TAX|NZ||copies A to X
TAY|NZ||copies A to Y
TCD|NZ|TAD|copies the 16 bits of C to the direct page register
TCS||TAS|copies C to the stack pointer
TDC|NZ|TDA|copies the direct page register to C
TRB|Z||clears the bits of memory that A has, and tests them
TSB|Z||sets the bits of memory that A has, and tests them
TSC|NZ|TSA|copies the stack pointer to C
TSX|NZ||copies the stack pointer to X
TXA|NZ||copies X to A
TXS|||copies X to the stack pointer
TXY|NZ||copies X to Y
TYA|NZ||copies Y to A
TYX|NZ||copies Y to X
WAI|||waits for an interrupt
WDM|||does nothing and takes an operand byte
XBA|NZ|SWA|exchanges the two bytes of C
XCE|MXCE||exchanges the carry and the emulation flag
"""
