"""The SNES hardware registers as data: 104 single addresses and 11 that repeat for 8 DMA channels.

Columns: address | name | access | sources of the name | bits | purpose. Access: W write, R read, x2 = two accesses to
the same address make one value (bits above 7 are those of the second access). Of the two bits of a window the higher
one enables it and the lower one inverts it. $43xB and $43xF are one spare byte for each channel and are left out.

A source letter stands where that source itself was read to say this:
  f fullsnes (nocash)   a Anomie's register doc, revision 1157   s superfamicom.org wiki register list
  u registers.asm of the ALTTP disassemblies (spannerisms)   n SNESdev wiki, register tables   h two or more headers
Where they differ it stands in DISAGREEMENTS. Purposes are own words for what a and f describe.
"""

from __future__ import annotations

SINGLE = """
2100|INIDISP|W|fasun|7 forced blank; 3-0 brightness|forced blank and screen brightness
2101|OBSEL|W|fsu|7-5 object sizes; 4-3 gap between the tile tables; 2-0 tile base address|object sizes and tile base
2102|OAMADDL|W|fasun|7-0 low byte of the OAM word address|the low byte of the OAM address
2103|OAMADDH|W|fasun|7 priority rotation; 0 high bit of the OAM address|the high bit of the OAM address
2104|OAMDATA|Wx2|fasun|7-0 data byte|writing sprite data to OAM
2105|BGMODE|W|fasun|7-4 16x16 tiles for BG4 to BG1; 3 BG3 priority; 2-0 mode|the background mode and tile sizes
2106|MOSAIC|W|fasun|7-4 pixel size; 3-0 enable for BG4 to BG1|the mosaic effect
2107|BG1SC|W|fasun|7-2 tilemap address; 1 two screens high; 0 two screens wide|the tilemap address and size of BG1
2108|BG2SC|W|fasun|7-2 tilemap address; 1 two screens high; 0 two screens wide|the tilemap address and size of BG2
2109|BG3SC|W|fasun|7-2 tilemap address; 1 two screens high; 0 two screens wide|the tilemap address and size of BG3
210A|BG4SC|W|fasun|7-2 tilemap address; 1 two screens high; 0 two screens wide|the tilemap address and size of BG4
210B|BG12NBA|W|fasun|7-4 BG2 tile base; 3-0 BG1 tile base|the tile base addresses of BG1 and BG2
210C|BG34NBA|W|fasun|7-4 BG4 tile base; 3-0 BG3 tile base|the tile base addresses of BG3 and BG4
210D|BG1HOFS|Wx2|fasun|9-0 offset; 12-0 offset in mode 7|the horizontal scroll of BG1
210E|BG1VOFS|Wx2|fasun|9-0 offset; 12-0 offset in mode 7|the vertical scroll of BG1
210F|BG2HOFS|Wx2|fasun|9-0 offset|the horizontal scroll of BG2
2110|BG2VOFS|Wx2|fasun|9-0 offset|the vertical scroll of BG2
2111|BG3HOFS|Wx2|fasun|9-0 offset|the horizontal scroll of BG3
2112|BG3VOFS|Wx2|fasun|9-0 offset|the vertical scroll of BG3
2113|BG4HOFS|Wx2|fasun|9-0 offset|the horizontal scroll of BG4
2114|BG4VOFS|Wx2|fasun|9-0 offset|the vertical scroll of BG4
2115|VMAIN|W|fsun|7 step after the high byte; 3-2 remapping; 1-0 step size|how the VRAM address steps
2116|VMADDL|W|fasun|7-0 low byte of the VRAM word address|the low byte of the VRAM address
2117|VMADDH|W|fasun|7-0 high byte of the VRAM word address|the high byte of the VRAM address
2118|VMDATAL|W|fasun|7-0 data|writing the low byte of VRAM data
2119|VMDATAH|W|fasun|7-0 data|writing the high byte of VRAM data
211A|M7SEL|W|fasun|7 no wrapping; 6 fill with tile 0; 1 vertical flip; 0 horizontal flip|mode 7 flip and fill settings
211B|M7A|Wx2|fasun|15-0 value|mode 7 matrix parameter A
211C|M7B|Wx2|fasun|15-0 value|mode 7 matrix parameter B
211D|M7C|Wx2|fasun|15-0 value|mode 7 matrix parameter C
211E|M7D|Wx2|fasun|15-0 value|mode 7 matrix parameter D
211F|M7X|Wx2|fasun|12-0 coordinate|the mode 7 centre X coordinate
2120|M7Y|Wx2|fasun|12-0 coordinate|the mode 7 centre Y coordinate
2121|CGADD|W|fasun|7-0 colour number|the CGRAM (palette) address
2122|CGDATA|Wx2|fasun|14-10 blue; 9-5 green; 4-0 red|writing palette data to CGRAM
2123|W12SEL|W|fasun|7-6 BG2 window 2; 5-4 BG2 window 1; 3-2 BG1 window 2; 1-0 BG1 window 1|window masks for BG1 and BG2
2124|W34SEL|W|fasun|7-6 BG4 window 2; 5-4 BG4 window 1; 3-2 BG3 window 2; 1-0 BG3 window 1|window masks for BG3 and BG4
2125|WOBJSEL|W|fasun|7-6 colour window 2; 5-4 colour window 1; 3-2 OBJ window 2; 1-0 OBJ window 1|colour and OBJ windows
2126|WH0|W|fasun|7-0 position|the left edge of window 1
2127|WH1|W|fasun|7-0 position|the right edge of window 1
2128|WH2|W|fasun|7-0 position|the left edge of window 2
2129|WH3|W|fasun|7-0 position|the right edge of window 2
212A|WBGLOG|W|fasun|7-6 BG4; 5-4 BG3; 3-2 BG2; 1-0 BG1|window logic for the backgrounds
212B|WOBJLOG|W|fasun|3-2 colour window; 1-0 objects|window logic for objects and colour
212C|TM|W|fasun|4 objects; 3 BG4; 2 BG3; 1 BG2; 0 BG1|the layers on the main screen
212D|TS|W|fasun|4 objects; 3 BG4; 2 BG3; 1 BG2; 0 BG1|the layers on the sub screen
212E|TMW|W|fasun|4 objects; 3 BG4; 2 BG3; 1 BG2; 0 BG1|window masking on the main screen
212F|TSW|W|fasun|4 objects; 3 BG4; 2 BG3; 1 BG2; 0 BG1|window masking on the sub screen
2130|CGWSEL|W|fasun|7-6 force black; 5-4 no colour math; 1 add the sub screen; 0 direct colour|where colour math applies
2131|CGADSUB|W|fasun|7 subtract; 6 halve; 5 backdrop; 4 objects; 3-0 BG4 to BG1|colour math operation and layers
2132|COLDATA|W|fasun|7 blue; 6 green; 5 red; 4-0 intensity|the fixed colour for colour math
2133|SETINI|W|fasun|7 external sync; 6 EXTBG; 3 pseudo-hires; 2 overscan; 1 OBJ interlace; 0 interlace|interlacing
2134|MPYL|R|fasun|7-0 result|the low byte of the PPU multiplication
2135|MPYM|R|fasun|7-0 result|the middle byte of the PPU multiplication
2136|MPYH|R|fasun|7-0 result|the high byte of the PPU multiplication
2137|SLHV|R|fasun||latching the H and V counters
2138|RDOAM|R|f|7-0 data|reading OAM data
2139|RDVRAML|R|f|7-0 data|reading the low byte of VRAM data
213A|RDVRAMH|R|f|7-0 data|reading the high byte of VRAM data
213B|RDCGRAM|Rx2|f|14-10 blue; 9-5 green; 4-0 red|reading palette data from CGRAM
213C|OPHCT|Rx2|fasun|8-0 dot|the latched horizontal counter
213D|OPVCT|Rx2|fasun|8-0 scanline|the latched vertical counter
213E|STAT77|R|fasun|7 time over; 6 range over; 5 master or slave; 3-0 version|PPU1 status and version
213F|STAT78|R|fasun|7 interlace field; 6 counters latched; 4 PAL; 3-0 version|PPU2 status and version
2140|APUIO0|RW|asun|7-0 data|sound CPU port 0
2141|APUIO1|RW|asun|7-0 data|sound CPU port 1
2142|APUIO2|RW|asun|7-0 data|sound CPU port 2
2143|APUIO3|RW|asun|7-0 data|sound CPU port 3
2180|WMDATA|RW|fasun|7-0 data|reading and writing work RAM
2181|WMADDL|W|fasun|7-0 low byte|the low byte of the work RAM address
2182|WMADDM|W|fasn|7-0 middle byte|the middle byte of the work RAM address
2183|WMADDH|W|fasn|0 high bit|the high bit of the work RAM address
4016|JOYSER0|RW|asn|1-0 data lines (read); 0 latch (write)|joypad latch and serial data of port 1
4017|JOYSER1|R|asn|4-2 always 1; 1-0 data lines|joypad serial data of port 2
4200|NMITIMEN|W|fasun|7 NMI; 5 V IRQ; 4 H IRQ; 0 automatic joypad reading|enabling NMI, IRQ and joypad reading
4201|WRIO|W|fasun|7 port 2 pin 6, counter latch; 6 port 1 pin 6|the programmable I/O port output
4202|WRMPYA|W|fasun|7-0 factor|the first multiplication factor
4203|WRMPYB|W|fasun|7-0 factor|the second factor, which starts the multiplication
4204|WRDIVL|W|fasun|7-0 low byte|the low byte of the dividend
4205|WRDIVH|W|fasun|7-0 high byte|the high byte of the dividend
4206|WRDIVB|W|fasun|7-0 divisor|the divisor, which starts the division
4207|HTIMEL|W|fasun|7-0 low byte|the low byte of the H timer
4208|HTIMEH|W|fasun|0 high bit|the high bit of the H timer
4209|VTIMEL|W|fasun|7-0 low byte|the low byte of the V timer
420A|VTIMEH|W|fasun|0 high bit|the high bit of the V timer
420B|MDMAEN|W|fasun|7-0 channels 7 to 0|starting DMA channels
420C|HDMAEN|W|fasun|7-0 channels 7 to 0|enabling HDMA channels
420D|MEMSEL|W|fasun|0 FastROM|the ROM access speed
4210|RDNMI|R|fasun|7 NMI flag, cleared by reading; 3-0 CPU version|the NMI flag and CPU version
4211|TIMEUP|R|fasun|7 IRQ flag, cleared by reading|the timer IRQ flag
4212|HVBJOY|R|fasun|7 vblank; 6 hblank; 0 joypad reading busy|blanking and joypad status
4213|RDIO|R|fasun|7 port 2 pin 6; 6 port 1 pin 6|the programmable I/O port input
4214|RDDIVL|R|fasun|7-0 low byte|the low byte of the quotient
4215|RDDIVH|R|fasun|7-0 high byte|the high byte of the quotient
4216|RDMPYL|R|fasun|7-0 low byte|the low byte of the product or remainder
4217|RDMPYH|R|fasun|7-0 high byte|the high byte of the product or remainder
4218|JOY1L|R|fasun|7 A; 6 X; 5 L; 4 R; 3-0 controller type|the low byte of joypad 1
4219|JOY1H|R|fasun|7 B; 6 Y; 5 Select; 4 Start; 3 Up; 2 Down; 1 Left; 0 Right|the high byte of joypad 1
421A|JOY2L|R|fasun|7 A; 6 X; 5 L; 4 R; 3-0 controller type|the low byte of joypad 2
421B|JOY2H|R|fasun|7 B; 6 Y; 5 Select; 4 Start; 3 Up; 2 Down; 1 Left; 0 Right|the high byte of joypad 2
421C|JOY3L|R|fasun|7 A; 6 X; 5 L; 4 R; 3-0 controller type|the low byte of joypad 3
421D|JOY3H|R|fasun|7 B; 6 Y; 5 Select; 4 Start; 3 Up; 2 Down; 1 Left; 0 Right|the high byte of joypad 3
421E|JOY4L|R|fasun|7 A; 6 X; 5 L; 4 R; 3-0 controller type|the low byte of joypad 4
421F|JOY4H|R|fasun|7 B; 6 Y; 5 Select; 4 Start; 3 Up; 2 Down; 1 Left; 0 Right|the high byte of joypad 4
"""

PER_CHANNEL = """
0|DMAPx|RW|fasun|7 from B bus to A bus; 6 indirect HDMA; 4 decrement; 3 fixed; 2-0 pattern|DMA direction and pattern
1|BBADx|RW|fasun|7-0 low byte of a $21xx address|the B-bus address of a DMA
2|A1TxL|RW|fasun|7-0 low byte|the low byte of the DMA source address
3|A1TxH|RW|fasun|7-0 high byte|the high byte of the DMA source address
4|A1Bx|RW|fasun|7-0 bank|the bank of the DMA source address
5|DASxL|RW|fasun|7-0 low byte|the low byte of the DMA byte count
6|DASxH|RW|fasun|7-0 high byte|the high byte of the DMA byte count
7|DASBx|RW|fasn|7-0 bank|the bank of indirect HDMA data
8|A2AxL|RW|fasun|7-0 low byte|the low byte of the current HDMA table address
9|A2AxH|RW|fasun|7-0 high byte|the high byte of the current HDMA table address
A|NLTRx|RW|an|7 repeat; 6-0 lines left|the HDMA line counter
"""

AGREED = "faun"
"""The sources that give access and bits of a register, but for the exceptions below."""

ACCESS_SOURCES = {"2104": "fn", "2138": "un", "2181": "fan", "2182": "fan", "2183": "fan"}
"""Who gives the access, where not all do."""

BITS_SOURCES = {
    "aun": """
    2102 2103 2104 2116 2117 2121 2122 2134 2135 2136 2138 213B 2140 2141 2142 2143 2180 2181 2182 2183
    4202 4203 4204 4205 4206 420D 4214 4215 4216 4217
    """,
    "fau": "213C 213D",
    "fan": "2130 4017",
    "": "2137",
}
"""Who gives the bits, where not all do (or not all were read)."""

PURPOSE_SOURCES = "fa"

ALIASES = """
210D M7HOFS fasun
210E M7VOFS fasun
2101 OBJSEL anh
2115 VMAINC ah
2130 CGSWSEL h
2138 OAMDATAREAD asun
2139 VMDATALREAD asun
213A VMDATAHREAD asun
213B CGDATAREAD asun
2140 APUI00 f
2141 APUI01 f
2142 APUI02 f
2143 APUI03 f
2183 WMADDB u
4016 JOYOUT n
4016 JOYWR f
4016 JOYA f
4016 JOYPADA u
4017 JOYB f
4017 JOYPADB u
43x7 DASxB u
43xA NTLRx su
43xA NTRLx f
"""
"""Other names of one register: address, name, sources."""

WORDS = """
2102 OAMADD n
2102 OAMADDR u
2116 VMADD h
2116 VMADDR u
2118 VMDATA u
2140 APUIO u
2181 WMADD n
2181 WMADDR u
4202 WRMPY n
4204 WRDIV n
4207 HTIME un
4209 VTIME un
4214 RDDIV un
4216 RDMPY un
43x2 A1Tx u
43x5 DASx u
43x8 A2Ax u
"""
"""Names of a low and a high register taken as one 16-bit word: address of the low one, name, sources."""

DISAGREEMENTS = {
    "2101": "a and n's present revision call this one OBJSEL; f, s, u and earlier revisions of n have OBSEL.",
    "2104": "s, a and u list single writes; f and n list two, because the low table takes its bytes in pairs.",
    "210A": "One revision of s prints BG3SC here too; f, a, u, n and a later revision of s have BG4SC.",
    "2115": "a calls this one VMAINC; f, s, u and n have VMAIN.",
    "2130": "u gives bit 0 the opposite sense; f, a and s agree that 1 turns direct colour on.",
    "2137": "The ALTTP disassembly for the US version prints SLVH; f, a, s and the Japanese one have SLHV.",
    "2138": "f and a say that two reads make one value; s, u and n list single reads.",
    "213C": "n draws 13 bits for the counter; f, a and u have 9.",
    "213D": "n draws 13 bits for the counter; f, a and u have 9.",
    "213E": "n's table swaps the two overflows; f, a and u: bit 7 is time (34 tiles), bit 6 is range (32 sprites).",
    "2181": "u marks the address readable; f, a and n say that it is write-only (a: other documents are wrong here).",
    "2182": "u calls this one WMADDH and marks it readable; f, a, s and n call it WMADDM, write-only.",
    "2183": "u calls this one WMADDB and marks it readable; f, a, s and n call it WMADDH, write-only.",
    "4016": "n names the two directions apart, JOYOUT (write) and JOYSER0 (read); f has JOYWR and JOYA, u JOYPADA.",
    "4017": "u draws bits 4-2 as open bus; f, a and n say that they always read 1.",
    "420D": "Revisions of n disagree about the bit; a, u and its present one have bit 0.",
    "4211": "a says that a write clears the flag too; f, u and n list reads only.",
    "43xA": "a and n have NLTRx (n had NTLRx before); f has NTRLx, s and u have NTLRx.",
}

DISPUTED_NAMES = {"2182": ("WMADDH",)}
"""Names that one source gives to another address than the rest do: a claim with one is neither true nor false."""

DISPUTED_TWICE = ("2104", "2138")
"""Where the sources disagree on whether two accesses make one value."""

DISPUTED_ACCESS = {"4211": "W"}
"""Accesses that one source allows against the others."""
