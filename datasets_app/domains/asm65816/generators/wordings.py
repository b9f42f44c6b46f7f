"""How register questions are asked and answered: template families, each with several wordings.

Placeholders: {a} address, {n} name, {op} an instruction that fits the register's access (STA, LDA), {does} what such an
instruction does (“writes to”, “reads”), {purpose}, {access} (“write-only”), {bits} (“bit 7: forced blank”).
The name stands first, in the middle and last by turns: a model trained on one fixed opening learns the opening.
"""

from __future__ import annotations

OPENINGS = (
    "Quick question: ",
    "Hi! ",
    "I am reading old code. ",
    "Another one: ",
    "Just to be sure: ",
    "We are writing a game for the SNES. ",
    "Sorry, I am new to this. ",
    "Test me later, but first: ",
    "I keep mixing these up. ",
    "Step two of my list: ",
)
CLOSINGS = (
    " Thanks.",
    " Be brief.",
    " One line will do.",
    " I want to look it up in the manual afterwards.",
    " My friend says he knows.",
    " It matters for my code.",
    " No guessing, please.",
    " That is all I ask.",
)
"""Words around a question that do not change what it asks."""

NAME_QUESTIONS: dict[str, tuple[str, ...]] = {
    "plain": (
        "Which register is at {a}?",
        "What is the register at {a} called?",
        "What is the name of register {a}?",
        "Which hardware register is {a}?",
        "What is {a}?",
        "How is the register at {a} named?",
        "Is there a name for {a}?",
        "By which name do people know {a}?",
        "Which name belongs to {a}?",
        "What register has the address {a}?",
    ),
    "request": (
        "Name the register at {a}.",
        "Give me the name of {a}.",
        "Tell me which register {a} is.",
        "Identify register {a}.",
        "Translate {a} into a register name.",
        "Please name {a}.",
        "Could you tell me the name of {a}?",
        "I need the register name that belongs to {a}.",
        "Write down what {a} is called.",
        "Find out which register sits at {a}.",
        "Take {a} and say its name.",
        "Check {a} in the register list and report the name.",
    ),
    "code": (
        "Which register does `{op} {a}` access?",
        "A routine {does} {a}. What register is that?",
        "I found `{op} {a}` in a listing. What is this register?",
        "The comment after `{op} {a}` is missing. Which name goes there?",
        "Replace the number in `{op} {a}` by the register's name.",
        "This code {does} {a}, so it uses which register?",
        "You see `{op} {a}` and wonder what it is. Well?",
        "When a program {does} {a}, what does it access?",
        "Suppose the CPU {does} {a}. Which register does that concern?",
        "There is `{op} {a}` in this routine; what is the register behind it?",
    ),
    "terse": (
        "{a}?",
        "{a} is which register?",
        "Register name for {a}:",
        "Name of {a}",
        "SNES register {a}",
        "{a}, by name:",
        "Address {a}: which register?",
        "hardware register {a}, name only",
        "Decode {a}",
        "{a} stands for",
    ),
    "context": (
        "On the SNES, what do we call {a}?",
        "My debugger stops at an access to {a}. Which register is it?",
        "In the memory map I see {a}. What is its name?",
        "What name should a constant for {a} have?",
        "For the notes: {a} is called what?",
        "Do you remember the name of the register at address {a}?",
        "A colleague asks about {a}. Can you say what it is?",
        "Quiz: the address is {a}. Your answer?",
        "If somebody says {a}, what do you call it?",
        "I have only the number {a}. How do I find its name?",
        "I read about {a} but did not catch the register's name. What was it?",
    ),
}

NAME_ANSWERS: dict[str, tuple[str, ...]] = {
    "short": ("{n}", "{n}."),
    "sentence": ("It is {n}.", "That is {n}.", "The register is {n}.", "Its name is {n}.", "This one is called {n}."),
    "pair": ("{a} is {n}.", "{n} is at {a}.", "The register at {a} is {n}.", "You are looking at {n} ({a})."),
    "purpose": (
        "{n}: {purpose}.",
        "It is {n}, for {purpose}.",
        "The SNES uses it for {purpose}; its name is {n}.",
        "{n} is there for {purpose}.",
    ),
    "detail": (
        "{n}, a {access} register.",
        "A {access} register: {n}.",
        "{a} is {n}, which is {access}.",
        "That is {n}. Its fields are {bits}.",
        "{n} has these fields: {bits}.",
    ),
}

ADDRESS_QUESTIONS: dict[str, tuple[str, ...]] = {
    "plain": (
        "Where is {n}?",
        "What is the address of {n}?",
        "At which address is {n}?",
        "Which address does {n} have?",
        "What is {n}'s address?",
        "How is {n} reached by number?",
        "Is there an address for {n}?",
        "By which address do programs reach {n}?",
        "Which address belongs to {n}?",
        "What address has the register {n}?",
    ),
    "request": (
        "Give the address of {n}.",
        "Tell me where {n} is.",
        "State the hexadecimal address of {n}.",
        "Find the address of {n}.",
        "Translate {n} into an address.",
        "Please locate {n}.",
        "Could you tell me the address of {n}?",
        "I need the address that belongs to {n}.",
        "Write down where {n} is.",
        "Take {n} and say its address.",
        "Check {n} in the register list and report the address.",
    ),
    "code": (
        "Replace the name in `{op} {n}` by its address.",
        "Which address does `{op} {n}` access?",
        "A routine {does} {n}. Which address is that?",
        "An assembler without definitions sees `{op} {n}`. Which number is meant?",
        "I found `{op} {n}` in a listing. Which address is this?",
        "This code {does} {n}, so it uses which address?",
        "The define behind `{op} {n}` is missing. Which number goes there?",
        "When a program {does} {n}, which address does it access?",
        "Suppose the CPU {does} {n}. Which address does that concern?",
        "There is `{op} {n}` in this routine; what is the address behind it?",
    ),
    "terse": (
        "{n}?",
        "Address of {n}",
        "{n} address:",
        "{n} is at which address?",
        "SNES register {n}, address",
        "{n}, by number:",
        "Register {n}: which address?",
        "hardware register {n}, address only",
        "Decode {n}",
        "{n} stands for which number",
    ),
    "context": (
        "In the SNES memory map, where does {n} live?",
        "I want to set a watchpoint on {n}. At which address?",
        "Write the definition of {n} for an include file: which value?",
        "For the notes: where do I find {n}?",
        "My debugger stops at an access to {n}. Which address is it?",
        "Do you remember the address of the register {n}?",
        "A colleague asks about {n}. Can you say where it is?",
        "Quiz: the register is {n}. Your answer?",
        "If somebody says {n}, which address is it?",
        "I have only the name {n}. How do I find its address?",
        "I read about {n} but did not catch the address. What was it?",
    ),
}

ADDRESS_ANSWERS: dict[str, tuple[str, ...]] = {
    "short": ("{a}", "{a}."),
    "sentence": ("It is at {a}.", "At {a}.", "The address is {a}.", "Use {a}.", "You find it at {a}."),
    "pair": ("{n} is at {a}.", "{n} lives at {a}.", "{a} is {n}.", "The address of {n} is {a}."),
    "purpose": (
        "{a}. It is there for {purpose}.",
        "{n} is at {a} and is used for {purpose}.",
        "For {purpose} there is {n} at {a}.",
    ),
    "detail": ("{a}, a {access} register.", "{n} is the {access} register at {a}.", "At {a}. Its fields are {bits}."),
}
