"""The verdict on a text about 65816 code."""

from datasets_app.domains.asm65816.verify.ladder import VERIFIER_VERSION, verify
from datasets_app.domains.asm65816.verify.rungs import LADDER, Rung

__all__ = ["LADDER", "VERIFIER_VERSION", "Rung", "verify"]
