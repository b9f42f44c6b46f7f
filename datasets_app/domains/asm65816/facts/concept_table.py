"""What registers are for, as key words: pattern | registers that do it | weak.

A pattern is a regular expression over lower-case words (a space matches any white space). A text's words are matched
from left to right, and at one place the first row that fits wins: so special rows stand before general ones. A register
is an address, a range, or 43xN for all channels. A weak row can confirm a purpose and never refutes one: its words also
occur where a register only helps (a screen is blanked so that VRAM can be written).
Source: the purposes and fields of `register_table`; the wordings are ours.
"""

from __future__ import annotations

ROWS = r"""
(?:brightness|bright|dim(?:s|ming)?\b|fad(?:e|es|ing)\b)|2100
(?:forced?|f)[- ]?blank(?:ing|s)?\b|2100
(?<!main )(?<!sub )(?:screen|display|picture) (?:on|off)\b|2100
(?:turn|switch)(?:s|es|ing)? (?:on|off) (?:the )?(?:screen|display|picture)|2100
(?:turn|switch)(?:s|es|ing)? (?:the )?(?:screen|display|picture) (?:on|off)\b|2100
blank(?:s|ing)? (?:the )?(?:whole |entire )?(?:screen|display|picture)|2100
(?:screen )?display control|2100 2133
screen display|2100
(?:sprite|object|obj)(?: and tile)? sizes?|2101
sizes? of (?:the )?(?:sprites|objects|obj)|2101
(?:sprite|object|obj) (?:tile|chr|char|character|name|graphics)(?: data| table)? (?:base|address|location|select)|2101
(?:base|address) of (?:the )?(?:sprite|object|obj) (?:tiles|graphics|characters|chr)|2101
(?:object|sprite|obj) sizes and tile base|2101
(?:oam|sprite|obj|object) priority rotation|2103
oam (?:word |write )?address|2102 2103
address (?:in|of|into|for) (?:the )?oam|2102 2103
oam data|2104 2138|weak
(?:writ\w+|read\w*|send\w*|upload\w*) (?:\w+ ){0,3}?(?:to |into |from )?(?:the )?oam\b|2104 2138|weak
sprite (?:data|attributes)|2104 2138|weak
(?:background|bg) mode|2105
(?:screen|video|graphics|display|ppu) mode|2105 2133
(?:bg|background) (?:tile|character|char) sizes?|2105
(?<!sprite )(?<!obj )(?<!object )tile sizes?|2105|weak
mosaic|2106
pixelat(?:ion|es?|ed)|2106
tile ?maps?(?: base)? (?:address|location|base|size|position|bases|addresses|width|height)|2107-210A
(?:address|size|location|base)(?: and size| and the size)? of (?:the )?(?:bg ?\d )?tile ?maps?|2107-210A
(?<!sprite )(?<!object )(?<!obj )(?:bg ?\d )?tile (?:data |graphics )?bases?(?: address(?:es)?)?|210B 210C 2101
(?<!sprite )(?<!object )(?<!obj )(?:bg ?\d )?(?:chr|character|tile ?set|tile) (?:data )?(?:base|address)|210B 210C 2101
(?:base )?address(?:es)? of (?:the )?(?:bg ?\d )?(?:tiles|chr|character data|tile data|tile ?set)|210B 210C 2101
mode 7 (?:horizontal |vertical |h |v )?(?:scroll\w*|offset)|210D 210E
horizontal(?:ly)? scroll\w*|210D 210F 2111 2113
horizontal (?:bg ?\d |background |screen )?(?:scroll\w*|offset|position of bg)|210D 210F 2111 2113
vertical(?:ly)? scroll\w*|210E 2110 2112 2114
vertical (?:bg ?\d |background |screen )?(?:scroll\w*|offset|position of bg)|210E 2110 2112 2114
scroll(?:s|ing)? (?:bg ?\d |the background |the screen )?horizontally|210D 210F 2111 2113
scroll(?:s|ing)? (?:bg ?\d |the background |the screen )?vertically|210E 2110 2112 2114
(?:bg ?\d |background )?scroll(?:s|ing)?(?: position| offset| registers?)?|210D-2114
vram (?:address )?(?:auto-?)?(?:increments?|increment(?:ing|ation)|step(?:s|ping)?|remap\w*|translation)\b|2115
vram address (?:steps|increments|advances|moves)|2115
vram (?:access|address|transfer) mode|2115
(?:how|when) (?:the )?vram address (?:is )?(?:steps?|increment\w*|advances?|moves|changes)|2115
(?:increment\w*|steps?|step size|advance\w*)(?: amount| mode| size| rate)? (?:of|for) (?:the )?vram(?: address)?|2115
(?:increments?|steps|advances) (?:the )?vram address|2115|weak
address increment(?: mode| amount| step)?|2115
vram (?:word |target |destination |write |read |start )?address(?:es)?|2116 2117
address (?:in|of|for|into|within) (?:the )?(?:vram|video ram|video memory)|2116 2117
(?:video ram|video memory) address|2116 2117
vram (?:pointer|location|position)|2116 2117
vram data (?:register|port)|2118 2119 2139 213A
vram (?:data|writes?|reads?|upload|access)|2118 2119 2139 213A|weak
(?:data|bytes?|words?|tiles?|graphics) (?:\w+ ){0,3}?(?:in)?(?:to|from) (?:the )?vram|2118 2119 2139 213A|weak
(?:writ\w+|read\w*|send\w*) (?:\w+ ){0,3}?(?:in)?(?:to|from) (?:the )?(?:vram|video ram)|2118 2119 2139 213A|weak
mode 7 (?:settings?|flip\w*|mirror\w*|screen[- ]over|wrap\w*|fill\w*|repeat\w*)|211A
mode 7 (?:matrix|parameters?|rotation|scaling|transformation)|211B-211E 211A
matrix (?:parameters?|[abcd]\b|values?)|211B-211E
(?:mode 7 )?(?:cent(?:er|re))(?: [xy])?(?: coordinates?| point)?|211F 2120
cent(?:er|re) of (?:the )?(?:mode 7 )?rotation|211F 2120
mode 7|210D 210E 211A-2120 2105 2133|weak
(?:cgram|palette|colou?r)(?: ram)?(?: \(palette\))?(?: word| write| entry)? (?:address|index|number)|2121
(?:address|index) (?:in|of|into|for) (?:the )?(?:cgram|palette|colou?r)|2121
which (?:colou?r|palette entry|palette colou?r)|2121
(?:cgram|palette|colou?r) data|2122 213B
(?:data|colou?rs?) (?:\w+ ){0,3}?(?:in)?(?:to|from) (?:the )?(?:cgram|palette)|2122 213B|weak
(?:writ\w+|read\w*|send\w*|upload\w*) (?:\w+ ){0,3}?(?:in)?(?:to|from) (?:the )?(?:cgram|palette)|2122 213B|weak
palettes?|2121 2122 213B|weak
cgram|2121 2122 213B|weak
window(?:ing)? (?:mask\w* |area )?(?:on|for|of|disable for) (?:the )?main ?-?screen|212E
window(?:ing)? (?:mask\w* |area )?(?:on|for|of|disable for) (?:the )?sub ?-?screen|212F
window masks? (?:for|of) bg ?[12]|2123
window masks? (?:for|of) bg ?[34]|2124
window masks? (?:for|of) (?:the )?(?:obj|objects|sprites|colou?r)|2125
colou?r and obj windows?|2125
window (?:mask )?logic|212A 212B
left (?:edge|position|border|side|boundary)(?: of)?(?: the)? window 1|2126
right (?:edge|position|border|side|boundary)(?: of)?(?: the)? window 1|2127
left (?:edge|position|border|side|boundary)(?: of)?(?: the)? window 2|2128
right (?:edge|position|border|side|boundary)(?: of)?(?: the)? window 2|2129
window 1'?s? left|2126
window 1'?s? right|2127
window 2'?s? left|2128
window 2'?s? right|2129
window (?:positions?|edges?)|2126-2129
window(?:s|ing)?(?: masks?| settings| masking)?|2123-212B 212E 212F|weak
(?:layers? (?:\w+ ){0,4}?)main ?-?screen|212C 212E
main ?-?screen (?:layers?|designation|enable)|212C
main ?-?screen|212C 212E 2130 2131|weak
(?:layers? (?:\w+ ){0,4}?)sub ?-?screen|212D 212F
sub ?-?screen (?:layers?|designation|enable)|212D
sub ?-?screen|212D 212F 2130 2131 2132|weak
fixed colou?r|2132
direct colou?r|2130
(?:where )?colou?r math applies|2130
colou?r (?:math|addition|subtraction|blending)|2130 2131 2132 2125 212B
transparency|2130 2131 2132|weak
interlace field|213F
(?:interlac(?:e|ing)|overscan|(?:pseudo[- ]?)?hi(?:gh)?[- ]?res(?:olution)?|extbg|external sync\w*)|2133
(?:products?|multiplication results?|results? of (?:the |a |an )?(?:\w+ ){0,2}multipl\w+)|2134-2136 4216 4217
(?:byte of the )?ppu multiplication|2134-2136
(?:starts?|starting|begins?|triggers?) (?:the |a |an )?(?:\w+ )?multipl\w+|4203
(?:multiplication )?(?:factors?|multiplicand|multiplier)|4202 4203 211B 211C
multipl(?:y|ies|ication)|211B 211C 2134-2136 4202 4203 4216 4217
dividend|4204 4205
divisor|4206
(?:starts?|starting|begins?|triggers?) (?:the |a |an )?(?:\w+ )?divi\w+|4206
quotient|4214 4215
remainder|4216 4217
divi(?:sion|des?)|4204-4206 4214-4217
latch\w* (?:of )?(?:the )?(?:current )?(?:h ?/ ?v|h and v|h|v|ppu)[- ]counters?|2137 213C 213D 4201
latch\w* (?:of )?(?:the )?(?:current )?horizontal and vertical counters?|2137 213C 213D 4201
latch(?:es|ed|ing)? (?:the )?(?:h ?/ ?v |h and v |horizontal |vertical )?(?:counters?|position)|2137 213C 213D 4201
(?:horizontal|h)[- ]?(?:counter|dot|beam)(?: position)?|213C 2137
(?:vertical|v)[- ]?(?:counter|beam)(?: position)?|213D 2137
(?:current )?scanline (?:counter|number|position)|213D 2137
ppu ?1 (?:status|version)|213E
ppu ?2 (?:status|version)|213F
(?:time|range)[- ]over(?:flow)?|213E
sprite overflow|213E
ppu (?:status|version)|213E 213F
(?:apu|spc(?:-?700)?|sound|audio)(?: cpu| chip| processor| unit)?(?: communication)?(?: i/o)?(?: ports?)?|2140-2143
(?:work ram|wram)(?: word)? (?:access )?address|2181-2183
address (?:in|of|into|for) (?:the )?(?:work ram|wram)|2181-2183
(?:work ram|wram)(?: data| access| port)*|2180-2183
(?:joypad|controller|pad)s? (?:strobe|latch)|4016
(?:strobe|latch)(?:s|es|ing)? (?:the )?(?:joypads?|controllers?|pads)|4016
auto(?:matic(?:ally)?)?[- ]?(?:joypad|joy|controller|pad)s?(?:[- ]?(?:read\w*|poll\w*))?|4200 4212 4218-421F
(?:joypad|controller) serial(?: data)?|4016 4017
(?:joypad|controller) (?:read\w* )?(?:busy|status|in progress)|4212
acknowledg\w+ (?:\w+ ){0,2}?nmi|4210
clear(?:s|ing)? (?:\w+ ){0,2}?nmi flag|4210
clear(?:s|ing)? (?:\w+ ){0,2}?(?:nmi|irq)s?|4200 4210 4211|weak
nmi (?:flag|status)|4210
acknowledg\w+ (?:\w+ ){0,3}?irq|4211
(?:timer )?irq (?:flag|status)|4211
cpu version|4210
(?:enabl\w+|disabl\w+|activat\w+|allow\w*|(?:turn|switch)\w* o(?:n|ff)) (?:\w+,? ){0,3}?(?:nmis?|irqs?|interrupts?)|4200
(?:nmi|irq|interrupts?)(?:,? (?:and )?(?:irq|joypad))*[- ](?:enable|control)\w*|4200
(?:nmis?|interrupts?)(?: and)? (?:on|off|enabled|disabled)|4200
nmis?\b|4200 4210|weak
(?:horizontal|h)[- ]?(?:timer|count timer|irq)|4207 4208
(?:vertical|v)[- ]?(?:timer|count timer|irq)|4209 420A
irqs?\b|4200 4207-420A 4211|weak
timer|4207-420A 4211|weak
(?:v|vertical )[- ]?blank(?:ing)? (?:flag|status|period)|4212 4210
(?:h|horizontal )[- ]?blank(?:ing)? (?:flag|status|period)|4212
(?:vblank|hblank|blanking)(?: and joypad)? (?:status|flags?)|4212 4210
(?:programmable )?i/?o port|4201 4213
fast ?rom|420D
(?:rom|memory)(?: access)? speed|420D
waitstates?|420D
(?:enabl\w+|starts?|starting|activat\w+|(?:turn|switch)\w* on|disabl\w+|selects?) (?:\w+ ){0,3}?hdma|420C
hdma (?:enable|channels?|start)\w*|420C
indirect hdma (?:data )?bank|43x7
bank of (?:the )?indirect (?:hdma )?(?:data|address)|43x7
indirect hdma (?:address|data)|43x5-43x7
(?:current )?(?:hdma )?table address|43x8 43x9 43x2-43x4
(?:hdma )?line counter|43xA
hdma|420C 43x0-43xA|weak
(?:starts?|starting|triggers?|begins?|launch\w*|kicks? off|runs?|running|enables?|initiates?) (?:\w+ ){0,3}?dma\b|420B
general(?:[- ]purpose)? dma|420B
dma (?:channel )?(?:enable|start|trigger)\b|420B
dma (?:transfer )?(?:direction|mode|pattern|control|parameters?|settings?|unit)|43x0
transfer (?:direction|mode|pattern|unit)|43x0
b[- ]?bus(?: (?:address|register|target))?|43x1
dma (?:destination|target)|43x1|weak
(?:dma )?source (?:bank|address bank)|43x4
bank of (?:the )?(?:dma )?source(?: address)?|43x4
(?:dma )?source address|43x2-43x4
dma source|43x2-43x4
a[- ]?bus(?: address)?|43x2-43x4
(?:dma )?(?:byte|transfer) (?:count|counter|size|length)|43x5 43x6
dma (?:size|length|count)|43x5 43x6
(?:number of|how many) bytes|43x5 43x6|weak
dma\b|420B 43x0-43xA|weak
(?:joypad|controller|pad) ?[1-4]?(?: data| buttons?| state| input)?|4016 4017 4218-421F|weak
buttons?(?: states?| presses)?|4016 4017 4218-421F|weak
"""
