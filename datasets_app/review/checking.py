"""Checking a text as it is typed: what the domain's verifier says of it, before anything is saved."""

from __future__ import annotations

from datasets_app.models import SampleVersion, Text, Verdict
from datasets_app.quality.again import verify_again
from datasets_app.quality.verifying import domain_code, verify
from datasets_app.review.errors import NoVerifier, TooLongToCheck, TooLongToVerify
from datasets_app.symbols.names import names_of

# Bytes. A longer text could hold up the page for more than half a second; the job after saving takes any length.
LIMIT = 16_000


def check(version: SampleVersion, text: Text) -> Verdict:
    """The verdict on `text` in the place of `version`, unsaved. Raises NoVerifier and TooLongToCheck."""
    code = domain_code(version.sample.domain)
    if code is None:
        raise NoVerifier(domain=version.sample.domain.name)
    size = _size(text)
    if size > LIMIT:
        raise TooLongToCheck(size=f"{size:,}", limit=f"{LIMIT:,}")
    return verify(code, [typed_version(version, text)], names_of(version.sample.domain))[0]


def typed_version(version: SampleVersion, text: Text) -> SampleVersion:
    """`text` in the place of `version`, not saved."""
    return SampleVersion(sample=version.sample, **text.columns())


def check_again(version: SampleVersion) -> bool:
    """Verify the stored `version` again and store what is found; whether it is something else than before.

    Raises NoVerifier and TooLongToVerify.
    """
    size = _size(version.text())
    if size > LIMIT:
        raise TooLongToVerify(size=f"{size:,}", limit=f"{LIMIT:,}")
    said = Verdict.objects.filter(version=version).order_by("-created_at", "-pk").values_list("level", "findings")
    before = said.first()
    if verify_again(version) is None:
        raise NoVerifier(domain=version.sample.domain.name)
    return said.first() != before


def _size(text: Text) -> int:
    return sum(len(part.encode()) for part in (text.instruction, text.input, text.output))
