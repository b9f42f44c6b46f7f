"""One pass over a text: everything that a statement can read or change."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from datasets_app.domains.asm65816.assembler import numbers
from datasets_app.domains.asm65816.assembler.defines import Defines
from datasets_app.domains.asm65816.assembler.definitions import place_label, set_label
from datasets_app.domains.asm65816.assembler.expression import Expression, read_expression
from datasets_app.domains.asm65816.assembler.files import Files
from datasets_app.domains.asm65816.assembler.flow import Flow
from datasets_app.domains.asm65816.assembler.functions import Functions
from datasets_app.domains.asm65816.assembler.labels import Frame, Labels
from datasets_app.domains.asm65816.assembler.limits import Budget
from datasets_app.domains.asm65816.assembler.lookup import STUB_DEFINE, Lookup
from datasets_app.domains.asm65816.assembler.macros import Macros
from datasets_app.domains.asm65816.assembler.namespaces import Namespaces
from datasets_app.domains.asm65816.assembler.output import Output
from datasets_app.domains.asm65816.assembler.place import START, Place
from datasets_app.domains.asm65816.assembler.problem import Halt, Problem
from datasets_app.domains.asm65816.assembler.report import Report, Where
from datasets_app.domains.asm65816.assembler.settings import Settings
from datasets_app.domains.asm65816.assembler.structs import Structs
from datasets_app.domains.asm65816.assembler.tables import Tables


class Scope(NamedTuple):
    """What the value of an expression depends on, kept for later."""

    where: Where
    position: tuple[int, int, int, int]
    namespace: str
    parents: tuple[str, ...]
    counts: dict[str, int]
    frame: Frame | None
    frame_parents: tuple[str, ...]
    frame_counts: dict[str, int]
    struct: str
    settings: Settings


class Session:
    """The state of one pass.

    In the first pass a label that is not known yet makes `unresolved` true, and whoever needed it may ask again at the
    end with `defer`. Where that is not possible, or changed how long something is, `unsettled` asks for further passes,
    in which `labels` knows all names from before.
    """

    def __init__(
        self,
        *,
        origin: int,
        defines: dict[str, str],
        stub: bool,
        budget: Budget,
        files: Files,
        labels: Labels,
        number: int,
    ) -> None:
        self.budget = budget
        self.files = files
        self.labels = labels
        self.number = number
        self.final = number > 0
        self.stub = stub
        self.place = Place(origin)
        self.defines = Defines(defines)
        self.functions = Functions()
        self.macros = Macros()
        self.structs: Structs = Structs()
        self.tables = Tables()
        self.settings = Settings()
        self.flow = Flow()
        self.output = Output()
        self.report = Report()
        self.lookup = Lookup(self)
        self.printed: list[str] = []
        self.unsettled = False
        self.wide = 0
        self.namespaces = Namespaces()
        self.fill_pattern = self.pad_pattern = bytes(12)
        self.counted_from = 0
        self._deferred: list[tuple[Scope, Callable[[], None]]] = []
        self.found = self.forward = self.unresolved = self.stubbed = False
        self.static = True
        self.label = self.lookup.label
        self.anonymous = self.lookup.anonymous
        self.missing_function = self.lookup.missing_function
        self.data_size = self.lookup.data_size
        self.place_label = partial(place_label, self)
        self.set_label = partial(set_label, self)

    def read(self, text: str) -> Expression:
        """Read an expression under the settings that hold here."""
        settings = self.settings
        return read_expression(text, priorities=settings.priorities, rounding=settings.rounding)

    def value(self, expression: Expression) -> float:
        """Return what an expression comes to; `found`, `static`, `forward`, `unresolved` and `stubbed` tell how."""
        self.found = self.forward = self.unresolved = self.stubbed = False
        self.static = True
        if expression.constant is not None and expression.by_priority is None:
            return expression.constant
        try:
            result = expression.value(self)
        except Problem:
            if not self.unresolved or self.final:
                raise
            return 0  # The stand-in for a label that is not known yet does not suit; the label may.
        if expression.by_priority is not None and not self.unresolved:
            self._compare(expression, result)
        return result

    def _compare(self, expression: Expression, result: float) -> None:
        before = self.found, self.forward, self.static, self.stubbed
        if expression.by_priority is not None and expression.by_priority(self) != result:
            self.report.warning(
                "left_to_right",
                f"asar works “{expression.text}” out from left to right, without priorities.",
                "Put parentheses, or begin the text with “asar 1.90”.",
                expression.text,
            )
        self.found, self.forward, self.static, self.stubbed = before
        self.unresolved = False

    def evaluate(self, text: str) -> float:
        """Read an expression and return its value."""
        return self.value(self.read(text))

    def evaluate_inner(self, text: str) -> float:
        """Return the value of an expression inside another, whose flags it adds to."""
        return self.read(text).value(self)

    def integer(self, text: str) -> int:
        """Return the value of an expression as a whole number of at most 64 bits."""
        return numbers.clamped(self.evaluate(text))

    def fixed(self, text: str, what: str) -> int:
        """Return a whole number in which no label occurs that could still move; 0 for what is only a stand-in."""
        value = self.integer(text)
        if self.stubbed:
            return 0
        if self.found and not self.static:
            raise Problem("no_labels_here", f"{what} cannot depend on a label that may move.", at=text)
        return value

    def settle(self) -> None:
        """Remember that the last value may be another in the next pass."""
        self.unsettled = self.unsettled or self.unresolved

    def defer(self, again: Callable[[], None]) -> None:
        """Run `again` when all labels are known, with the scope of now."""
        labels, frame = self.labels, self.labels.frame
        scope = Scope(
            self.report.where(),
            self.place.position(),
            labels.namespace,
            labels.parents,
            labels.counts,
            frame,
            frame.parents if frame else (),
            frame.counts if frame else {},
            labels.struct,
            self.settings,
        )
        self._deferred.append((scope, again))

    def finish(self) -> None:
        """Do what was deferred. What is not known now never will be."""
        self.final = True
        for scope, again in self._deferred:
            self._enter(scope)
            self.budget.spend()
            try:
                again()
            except Halt:
                raise
            except Problem as problem:
                self.report.problem(problem)
        self._deferred.clear()

    def _enter(self, scope: Scope) -> None:
        labels = self.labels
        self.report.back(scope.where)
        self.place.restore(scope.position)
        labels.namespace, labels.parents, labels.counts = scope.namespace, scope.parents, scope.counts
        labels.frame, labels.struct, self.settings = scope.frame, scope.struct, scope.settings
        if labels.frame:
            labels.frame.parents, labels.frame.counts = scope.frame_parents, scope.frame_counts

    def defer_at_last(self, again: Callable[[], None]) -> None:
        """Defer what belongs to the instruction that was just put, whose address is where we were before."""
        place = self.place
        now = place.position()
        last = self.output.instructions[-1]
        place.restore((last.address, place.real - len(last.data), place.pc_start, place.real_start))
        self.defer(again)
        place.restore(now)

    def here(self) -> int:
        """Return the program counter; where no org gave one, asar begins at $008000 with a warning."""
        place = self.place
        if place.real < 0 or place.pc < 0:
            self.report.warning("missing_org", "No org says where this goes; asar takes $008000.", "Put an org first.")
            place.go(START)
        return place.pc

    def operand_name(self, expression: Expression) -> str:
        """Return the full name of the label that an operand consists of, empty for +, -, ?labels and anything else."""
        raw = expression.name
        if not raw or raw[-1] in "+-":
            return ""
        if raw.startswith(STUB_DEFINE):
            return "!" + raw.removeprefix(STUB_DEFINE)
        full = self.labels.full_name(raw, orphan=self.stub)
        return "" if full.startswith(":") else self.labels.find(full) or full

    def write(self, data: bytes) -> None:
        """Put bytes where we are, and move on."""
        self.here()
        place = self.place
        self.budget.write(len(data))
        if place.banks_may_cross and (place.real & 0xFFFF) + len(data) > 0x10000:
            self.unsettled = True
            for byte in data:
                self._put(bytes((byte,)))
        else:
            self._put(data)

    def write_long(self, data: bytes) -> None:
        """Put bytes that may go on into the next bank, in pieces that do not."""
        while data:
            self.here()
            room = 0x10000 - (self.place.real & 0xFFFF)
            self.write(data[:room])
            data = data[room:]

    def close(self) -> None:
        """Report what was begun and not ended."""
        report, opened = self.report, self.structs.opened
        if opened:
            report.back(opened.where)
            report.error("unclosed_struct", "This struct has no endstruct.", "Put endstruct after its last field.")
        if self.place.stack:
            report.error("pushpc_without_pullpc", "A pushpc has no pullpc.", "Put pullpc after it.")
        if report.silenced:
            report.error("push_without_pull", "A warnings push has no warnings pull.", "Put warnings pull after it.")
        if self.namespaces.pushed:
            report.error("pushns_without_pullns", "A pushns has no pullns.", "Put pullns after it.")

    def bank_crossed(self, address: int) -> None:
        """Report that a stretch goes on into the next bank."""
        self.report.error(
            "bank_crossed",
            f"The border of a bank is crossed at ${address:06X}.",
            "Move it to another bank with org, or say check bankcross off.",
        )

    def _put(self, data: bytes) -> None:
        place = self.place
        offset = place.to_file(place.real & 0xFFFFFF)
        outside = offset < 0 or place.to_file((place.real + len(data) - 1) & 0xFFFFFF) < 0
        if outside and not place.complained:
            place.complained = True
            if (place.real ^ place.real_start) & 0xFF0000:
                self.bank_crossed(place.real)
            else:
                self.report.error(
                    "not_in_rom",
                    f"SNES address ${place.real:06X} is not in the ROM ({place.mapper.name}).",
                    "Code goes to $8000-$FFFF of a bank: org $008000.",
                )
        self.output.append(place.real & 0xFFFFFF, offset, data)
        place.step(len(data))
