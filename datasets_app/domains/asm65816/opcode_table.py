"""The 256 opcodes of the 65816 as data: code, mnemonic, addressing mode, base cycles, what adds to them.

Sources, by column. Code, mnemonic, mode: the opcode matrix of WDC's W65C816S data sheet (table 5-4). Cycles and their
additions: its instruction operation table (5-7) with the notes below it. The tests hold the sizes against capstone, the
codes against 64tass, what the instructions do against hardware-verified vectors.

Base cycles are those with 8-bit registers, a direct page that starts on a page, a branch not taken, in emulation mode.
Additions: m one more when the accumulator is 16 bits wide, M two more (read, modify, write); x one more when the index
registers are; d one more when the low byte of D is not zero; p one more when an index crosses a page or the index
registers are 16 bits wide; b one more when the branch is taken; e one more when a taken branch crosses a page in
emulation mode; n one more in native mode. MVN and MVP take their cycles for each byte moved.
"""

from __future__ import annotations

ROWS = """
00 BRK sig 7 n
01 ORA dp_x_ind 6 md
02 COP sig 7 n
03 ORA stack 4 m
04 TSB dp 5 Md
05 ORA dp 3 md
06 ASL dp 5 Md
07 ORA dp_long_ind 6 md
08 PHP imp 3
09 ORA imm_m 2 m
0A ASL acc 2
0B PHD imp 4
0C TSB abs 6 M
0D ORA abs 4 m
0E ASL abs 6 M
0F ORA long 5 m
10 BPL rel8 2 be
11 ORA dp_ind_y 5 mdp
12 ORA dp_ind 5 md
13 ORA stack_ind_y 7 m
14 TRB dp 5 Md
15 ORA dp_x 4 md
16 ASL dp_x 6 Md
17 ORA dp_long_ind_y 6 md
18 CLC imp 2
19 ORA abs_y 4 mp
1A INC acc 2
1B TCS imp 2
1C TRB abs 6 M
1D ORA abs_x 4 mp
1E ASL abs_x 7 M
1F ORA long_x 5 m
20 JSR abs 6
21 AND dp_x_ind 6 md
22 JSL long 8
23 AND stack 4 m
24 BIT dp 3 md
25 AND dp 3 md
26 ROL dp 5 Md
27 AND dp_long_ind 6 md
28 PLP imp 4
29 AND imm_m 2 m
2A ROL acc 2
2B PLD imp 5
2C BIT abs 4 m
2D AND abs 4 m
2E ROL abs 6 M
2F AND long 5 m
30 BMI rel8 2 be
31 AND dp_ind_y 5 mdp
32 AND dp_ind 5 md
33 AND stack_ind_y 7 m
34 BIT dp_x 4 md
35 AND dp_x 4 md
36 ROL dp_x 6 Md
37 AND dp_long_ind_y 6 md
38 SEC imp 2
39 AND abs_y 4 mp
3A DEC acc 2
3B TSC imp 2
3C BIT abs_x 4 mp
3D AND abs_x 4 mp
3E ROL abs_x 7 M
3F AND long_x 5 m
40 RTI imp 6 n
41 EOR dp_x_ind 6 md
42 WDM sig 2
43 EOR stack 4 m
44 MVP block 7
45 EOR dp 3 md
46 LSR dp 5 Md
47 EOR dp_long_ind 6 md
48 PHA imp 3 m
49 EOR imm_m 2 m
4A LSR acc 2
4B PHK imp 3
4C JMP abs 3
4D EOR abs 4 m
4E LSR abs 6 M
4F EOR long 5 m
50 BVC rel8 2 be
51 EOR dp_ind_y 5 mdp
52 EOR dp_ind 5 md
53 EOR stack_ind_y 7 m
54 MVN block 7
55 EOR dp_x 4 md
56 LSR dp_x 6 Md
57 EOR dp_long_ind_y 6 md
58 CLI imp 2
59 EOR abs_y 4 mp
5A PHY imp 3 x
5B TCD imp 2
5C JML long 4
5D EOR abs_x 4 mp
5E LSR abs_x 7 M
5F EOR long_x 5 m
60 RTS imp 6
61 ADC dp_x_ind 6 md
62 PER rel16 6
63 ADC stack 4 m
64 STZ dp 3 md
65 ADC dp 3 md
66 ROR dp 5 Md
67 ADC dp_long_ind 6 md
68 PLA imp 4 m
69 ADC imm_m 2 m
6A ROR acc 2
6B RTL imp 6
6C JMP abs_ind 5
6D ADC abs 4 m
6E ROR abs 6 M
6F ADC long 5 m
70 BVS rel8 2 be
71 ADC dp_ind_y 5 mdp
72 ADC dp_ind 5 md
73 ADC stack_ind_y 7 m
74 STZ dp_x 4 md
75 ADC dp_x 4 md
76 ROR dp_x 6 Md
77 ADC dp_long_ind_y 6 md
78 SEI imp 2
79 ADC abs_y 4 mp
7A PLY imp 4 x
7B TDC imp 2
7C JMP abs_x_ind 6
7D ADC abs_x 4 mp
7E ROR abs_x 7 M
7F ADC long_x 5 m
80 BRA rel8 2 be
81 STA dp_x_ind 6 md
82 BRL rel16 4
83 STA stack 4 m
84 STY dp 3 xd
85 STA dp 3 md
86 STX dp 3 xd
87 STA dp_long_ind 6 md
88 DEY imp 2
89 BIT imm_m 2 m
8A TXA imp 2
8B PHB imp 3
8C STY abs 4 x
8D STA abs 4 m
8E STX abs 4 x
8F STA long 5 m
90 BCC rel8 2 be
91 STA dp_ind_y 6 md
92 STA dp_ind 5 md
93 STA stack_ind_y 7 m
94 STY dp_x 4 xd
95 STA dp_x 4 md
96 STX dp_y 4 xd
97 STA dp_long_ind_y 6 md
98 TYA imp 2
99 STA abs_y 5 m
9A TXS imp 2
9B TXY imp 2
9C STZ abs 4 m
9D STA abs_x 5 m
9E STZ abs_x 5 m
9F STA long_x 5 m
A0 LDY imm_x 2 x
A1 LDA dp_x_ind 6 md
A2 LDX imm_x 2 x
A3 LDA stack 4 m
A4 LDY dp 3 xd
A5 LDA dp 3 md
A6 LDX dp 3 xd
A7 LDA dp_long_ind 6 md
A8 TAY imp 2
A9 LDA imm_m 2 m
AA TAX imp 2
AB PLB imp 4
AC LDY abs 4 x
AD LDA abs 4 m
AE LDX abs 4 x
AF LDA long 5 m
B0 BCS rel8 2 be
B1 LDA dp_ind_y 5 mdp
B2 LDA dp_ind 5 md
B3 LDA stack_ind_y 7 m
B4 LDY dp_x 4 xd
B5 LDA dp_x 4 md
B6 LDX dp_y 4 xd
B7 LDA dp_long_ind_y 6 md
B8 CLV imp 2
B9 LDA abs_y 4 mp
BA TSX imp 2
BB TYX imp 2
BC LDY abs_x 4 xp
BD LDA abs_x 4 mp
BE LDX abs_y 4 xp
BF LDA long_x 5 m
C0 CPY imm_x 2 x
C1 CMP dp_x_ind 6 md
C2 REP imm8 3
C3 CMP stack 4 m
C4 CPY dp 3 xd
C5 CMP dp 3 md
C6 DEC dp 5 Md
C7 CMP dp_long_ind 6 md
C8 INY imp 2
C9 CMP imm_m 2 m
CA DEX imp 2
CB WAI imp 3
CC CPY abs 4 x
CD CMP abs 4 m
CE DEC abs 6 M
CF CMP long 5 m
D0 BNE rel8 2 be
D1 CMP dp_ind_y 5 mdp
D2 CMP dp_ind 5 md
D3 CMP stack_ind_y 7 m
D4 PEI dp_ind 6 d
D5 CMP dp_x 4 md
D6 DEC dp_x 6 Md
D7 CMP dp_long_ind_y 6 md
D8 CLD imp 2
D9 CMP abs_y 4 mp
DA PHX imp 3 x
DB STP imp 3
DC JML abs_long_ind 6
DD CMP abs_x 4 mp
DE DEC abs_x 7 M
DF CMP long_x 5 m
E0 CPX imm_x 2 x
E1 SBC dp_x_ind 6 md
E2 SEP imm8 3
E3 SBC stack 4 m
E4 CPX dp 3 xd
E5 SBC dp 3 md
E6 INC dp 5 Md
E7 SBC dp_long_ind 6 md
E8 INX imp 2
E9 SBC imm_m 2 m
EA NOP imp 2
EB XBA imp 3
EC CPX abs 4 x
ED SBC abs 4 m
EE INC abs 6 M
EF SBC long 5 m
F0 BEQ rel8 2 be
F1 SBC dp_ind_y 5 mdp
F2 SBC dp_ind 5 md
F3 SBC stack_ind_y 7 m
F4 PEA imm16 5
F5 SBC dp_x 4 md
F6 INC dp_x 6 Md
F7 SBC dp_long_ind_y 6 md
F8 SED imp 2
F9 SBC abs_y 4 mp
FA PLX imp 4 x
FB XCE imp 2
FC JSR abs_x_ind 8
FD SBC abs_x 4 mp
FE INC abs_x 7 M
FF SBC long_x 5 m
"""
