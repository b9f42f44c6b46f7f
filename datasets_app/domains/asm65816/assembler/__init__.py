"""An assembler of the asar dialect for the 65816, in pure Python."""

from datasets_app.domains.asm65816.assembler.diagnostics import render
from datasets_app.domains.asm65816.assembler.limits import MODEL_OUTPUT, UNBOUNDED, Limits
from datasets_app.domains.asm65816.assembler.passes import assemble
from datasets_app.domains.asm65816.assembler.result import Assembly, Diagnostic, Placed

__all__ = ["MODEL_OUTPUT", "UNBOUNDED", "Assembly", "Diagnostic", "Limits", "Placed", "assemble", "render"]
