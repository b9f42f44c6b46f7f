"""A project's own names: claims about them are judged, and a name that the project does not have is remarked on."""

from __future__ import annotations

from datasets_app.domains.asm65816.verify import verify
from datasets_app.domains.base import Context, Names, Verdict

NAMES = Names(((0x7E0010, "MODE"), (0x7E0E20, "SPRITEHP"), (0x008034, "Link_Main")))
CODE = "```asm\nMain:\nJSR {0}\nRTS\n```"


def codes(verdict: Verdict) -> list[str]:
    return [finding.code for finding in verdict.findings]


def test_claims_about_the_projects_names_are_judged() -> None:
    context = Context(names=NAMES)
    assert verify("$7E0010 is MODE.", context).supported == 1
    assert verify("$7E0010 is SPRITEHP.", context).contradicted == 1
    assert verify("$7E0010 is MODE.").supported == 0


def test_a_name_of_the_project_is_known() -> None:
    context = Context(names=NAMES)
    assert codes(verify(CODE.format("Link_Main"), context)) == []


def test_a_name_that_the_project_does_not_have_is_remarked_on() -> None:
    verdict = verify(CODE.format("Link_Mian"), Context(names=NAMES))
    (finding,) = [one for one in verdict.findings if one.code == "unknown_names"]
    assert (finding.level, finding.hint) == ("warn", "Did you mean Link_Main?")
    assert codes(verify(CODE.format("Link_Mian"))) == ["external_names"]
