"""How questions about bits, access, purpose and look-alikes of registers are asked and answered.

Placeholders: {a} address, {n} name, {purpose}, {bits} “bit 7”, {meaning}, {access}, {other} and {b} name and address of
the look-alike, {list} all fields. `yes` answers stand beside `no` answers where a question has both.
"""

from __future__ import annotations

Texts = tuple[str, ...]

BIT_QUESTIONS: Texts = (
    "What does {bits} of {n} do?",
    "What is {bits} of {a} for?",
    "In {n}, what is the meaning of {bits}?",
    "Explain {bits} of the register {n}.",
    "This routine uses {a}, and I wonder about {bits}. What is it?",
    "{n}, {bits}: meaning?",
    "Which field is {bits} of {a}?",
    "Tell me what {bits} in {n} stands for.",
    "A mask touches only {bits} of {a}. What does it concern?",
    "The manual page of {n} is torn where it says {bits}. What stood there?",
)
BIT_ANSWERS: Texts = (
    "In {n} ({a}), {bits}: {meaning}.",
    "{Bits}: {meaning}. The register is {n} at {a}.",
    "{Meaning}. That is {bits} of {n} ({a}).",
    "{a} is {n}; there, {bits} means {meaning}.",
    "It stands for this: {meaning}. {n} is at {a}.",
    "For {n} ({a}): {bits} = {meaning}.",
)

FIELD_QUESTIONS: Texts = (
    "List the fields of {n}.",
    "How is {a} laid out?",
    "Which bits does {n} have, and what for?",
    "Describe the bits of {a}.",
    "I need the bit layout of {n} for a comment.",
    "Break {a} down into its fields.",
    "What do the bits of {n} mean?",
    "Bit layout of {a}, please.",
)
FIELD_ANSWERS: Texts = (
    "{n} ({a}):\n\n{bullets}",
    "{a} is {n}. Its fields:\n\n{bullets}",
    "{n} at {a} has these fields: {list}.",
    "| Bits of {n} ({a}) | Meaning |\n| --- | --- |\n{rows}",
    "From the top: {list}. That is {n}, {a}.",
    "`{n} = {a}`\n\n{bullets}",
)

ACCESS_QUESTIONS: Texts = (
    "Can {n} be read?",
    "Is {a} readable, writable, or both?",
    "May a program write to {n}?",
    "Which way can {a} be accessed?",
    "Is {n} a write-only register?",
    "I want to load the current value of {n}. Does that work?",
    "Read or write: what does {a} allow?",
    "What kind of access does {n} have?",
    "My code reads {a} and gets nonsense. Is the register readable?",
    "Does it make sense to store to {a}?",
)
ACCESS_ANSWERS: dict[str, Texts] = {
    "W": (
        "{n} ({a}) is write-only. Keep a copy in RAM if you need its value later.",
        "It can be written and not read: {a}, which is {n}, is write-only.",
        "{a} is {n}, a write-only register.",
        "Only writing works. {n} ({a}) is write-only.",
    ),
    "R": (
        "{n} ({a}) is read-only.",
        "It can be read and not written: {a}, which is {n}, is read-only.",
        "{a} is {n}, a read-only register.",
        "Only reading works. {n} ({a}) is read-only.",
    ),
    "RW": (
        "{n} ({a}) is readable and writable.",
        "Both: {a}, which is {n}, is readable and writable.",
        "{a} is {n}, a readable and writable register.",
        "Either way works, since {n} ({a}) is readable and writable.",
    ),
}

PURPOSE_QUESTIONS: Texts = (
    "Which register is for {purpose}?",
    "Where on the SNES do I find {purpose}?",
    "I am looking for the register behind {purpose}.",
    "Name the register and its address: {purpose}.",
    "What would you use for {purpose}?",
    "Which address has to do with {purpose}?",
    "A routine deals with {purpose}. Which register does it need?",
    "Register for {purpose}?",
    "{Purpose}: name and address, please.",
)
PURPOSE_ANSWERS: Texts = (
    "{n} ({a}).",
    "{n} at {a}.",
    "That is {a}, {n}.",
    "Use {n}, which is at {a}.",
    "For {purpose} there is {n} ({a}).",
    "{a} ({n}) is the one.",
    "The register {n} at {a}.",
)
USE_QUESTIONS: Texts = (
    "What is {n} for?",
    "What does the SNES use {a} for?",
    "When would I need {n}?",
    "What can be done with {a}?",
    "Explain {n} in one sentence.",
    "Why does this code touch {a}?",
    "I see {n} in a listing. What is it about?",
    "{a}: what is it good for?",
)
USE_ANSWERS: Texts = (
    "{n} ({a}) is for {purpose}.",
    "{a}, which is {n}, is there for {purpose}.",
    "For {purpose}; {n} is at {a}.",
    "It is about {purpose}. {a} is {n}.",
    "{Purpose}: that is what {n} ({a}) is for.",
)

CHOICE_QUESTIONS: Texts = (
    "Is {a} {first} or {second}?",
    "Which one is at {a}: {first} or {second}?",
    "{first} or {second}, which belongs to {a}?",
    "I mix up {first} and {second}. Which of them is {a}?",
    "Two names, {first} and {second}. Whose address is {a}?",
    "Choose for {a}: is it {first}, or is it {second}?",
    "At {a}, do I write {first} or {second} in the comment?",
)
CHOICE_ANSWERS: Texts = (
    "{a} is {n}. {other} is at {b}.",
    "It is {n}; {other} has the address {b}.",
    "{n} is at {a}, and {other} is at {b}.",
    "{n}. The other one, {other}, is at {b}.",
    "The second name belongs elsewhere: {other} is {b}. {a} is {n}.",
    "{a} belongs to {n}, whereas {other} is at {b}.",
)
CHECK_QUESTIONS: Texts = (
    "Is {said} at {a}?",
    "Is it right that {a} is called {said}?",
    "Someone wrote `{a} ; {said}`. Is that correct?",
    "{a} = {said}, true or false?",
    "My include file says `!{said} = {a}`. Does that fit?",
    "Check this: is the register at {a} {said}?",
    "Do {said} and {a} belong together?",
)
YES_ANSWERS: Texts = (
    "Yes, {n} is at {a}.",
    "Yes. {a} is {n}.",
    "That is right, {n} is at {a}.",
    "True, {a} is {n}.",
    "Correct. {n} ({a}) is for {purpose}.",
)
NO_ANSWERS: Texts = (
    "No, {a} is {n}; {other} is at {b}.",
    "No. {other} is at {b}, and {a} is {n}.",
    "That is not right: {n} is at {a}, while {other} is at {b}.",
    "False. {a} is {n}.",
    "It does not fit. {n} is the register at {a}; {other} is {b}.",
)

TWICE_QUESTIONS: Texts = (
    "Does {n} take one access or two for a value?",
    "How many accesses does one value of {a} need?",
    "Is {n} a register that is accessed twice?",
    "One byte or two in a row for {a}?",
    "Do I have to access {n} twice?",
)
TWICE_ANSWERS: dict[bool, Texts] = {
    True: (
        "Two: {n} ({a}) takes two {ways} for one value, the low byte first.",
        "{a} is {n}, and it takes two {ways}, low byte and high byte.",
        "Twice. {n} ({a}) needs two {ways} in a row.",
    ),
    False: (
        "One access is enough: {n} ({a}) holds a single byte.",
        "Once. {a} is {n}, a register of one byte.",
        "One. {n} ({a}) takes its byte at once.",
    ),
}
