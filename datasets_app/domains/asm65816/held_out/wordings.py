"""The sentences of held-out questions. No generator uses them, and none may."""

from __future__ import annotations

ANSWER = "Give the complete routine in one fenced code block, in asar syntax."

OPTIMISE = (
    "Below stands a 65816 routine that works; it {does}.\nRewrite it so that a call costs {less} than now.\n"
    "Entered with: {entry}.\nRead by callers later on: {live}.",
    "Code golf on the SNES. Purpose of the listing: it {does}.\nGoal: {less}, identical results.\n"
    "State when it is entered: {entry}.\nResults that somebody looks at: {live}.",
    "Our profiler points at the routine below, which {does}.\nProduce an equivalent one that needs {less}.\n"
    "Guaranteed on entry: {entry}.\nObserved after the return: {live}.",
)
OPTIMISE_KEPT = "Stack, D, data bank and register widths must be left exactly as the listing leaves them."

WRITE = (
    "Programming exercise for the 65816 of the SNES.\nSpecification: {ask}\nEntry conditions: {entry}.\n"
    "Exit conditions: {exit}.\nInstruction that it returns by: {ret}.",
    "Implement the following in 65816 assembly.\nRequirement: {ask}\nGuaranteed by the caller: {entry}.\n"
    "Promised to the caller: {exit}.\nLast instruction executed: {ret}.",
    "Ticket from the engine team: {ask}\nPrecondition: {entry}.\nPostcondition: {exit}.\n"
    "The return has to be {ret}, since that is how it is called.",
)

DEBUG = (
    "Bug ticket: a regression test fails. Start of the test: {state}. Observation: {symptom}.\n"
    "Documented behaviour of the listing: it {does}.\nRepair it and touch as few lines as possible.",
    "A player's crash report was traced to the listing below. Reproduction with {state}: {symptom}.\n"
    "By its documentation it {does}.\nPatch it; the reviewers want a minimal diff.",
    "Our test bench rejects this listing. Given {state}, {symptom}.\nDesign intent: it {does}.\n"
    "Deliver the smallest change that makes every test of the bench pass.",
)
DEBUG_SILENT = (
    "Bug ticket: emulators accept the listing, real consoles compute nonsense with it.\n"
    "Documented behaviour of the listing: it {does}.\nRepair it and touch as few lines as possible.",
    "Our test bench passes this listing, cartridges on original hardware do not.\nDesign intent: it {does}.\n"
    "Deliver the smallest change that is safe on hardware.",
)

LESS = {"bytes": "fewer bytes", "cycles": "fewer CPU cycles"}
