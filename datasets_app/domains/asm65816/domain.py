"""The record of the 65816 domain."""

from __future__ import annotations

from datasets_app.domains.asm65816.demo_set import DemoSet
from datasets_app.domains.asm65816.generators.debug import Debug
from datasets_app.domains.asm65816.generators.explain import Explain
from datasets_app.domains.asm65816.generators.optimise import Optimise
from datasets_app.domains.asm65816.generators.register_facts import RegisterFacts
from datasets_app.domains.asm65816.generators.register_questions import RegisterQuestions
from datasets_app.domains.asm65816.generators.review import Review
from datasets_app.domains.asm65816.generators.routines import Routines
from datasets_app.domains.asm65816.generators.trace import Trace
from datasets_app.domains.asm65816.generators.write_routine import WriteRoutine
from datasets_app.domains.asm65816.registers import all_registers
from datasets_app.domains.asm65816.topics import TOPICS, topic_of
from datasets_app.domains.asm65816.verify import LADDER, VERIFIER_VERSION, verify
from datasets_app.domains.base import Domain

DOMAIN = Domain(
    slug="asm65816",
    name="65816 assembly",
    description="Assembly for the 65816 in the SNES: code, and the hardware registers it talks to.",
    generators=(
        RegisterFacts(),
        RegisterQuestions(),
        WriteRoutine(),
        Explain(),
        Trace(),
        Optimise(),
        Debug(),
        Review(),
        Routines(),
        DemoSet(),
    ),
    verifier=verify,
    verifier_version=VERIFIER_VERSION,
    ladder=LADDER,
    primers=(RegisterFacts(), Routines(), DemoSet()),
    topics=TOPICS,
    topic_teller=topic_of,
    vocabulary=tuple(dict.fromkeys(word for register in all_registers() for word in (register.label, *register.names))),
)
