"""Personal data in a text, found by patterns that have a check: of a sum, a length, a range. No Django.

An address or a number without a check of its own (names, streets, national numbers) is not looked for: in code and hex
nearly all of what such a pattern finds is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Address

# A mailbox as in RFC 5321 4.1.2, without quoted local parts, at a domain of letters, digits and hyphens (RFC 1035).
_EMAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}(?![\w-])")
# Names that RFC 2606 keeps for examples and tests, and what is no person: git over ssh, and those who read no mail.
_NO_MAIL = re.compile(r"(?:^|[@.])example\.(?:com|net|org)$|\.(?:example|invalid|test|localhost|local)$", re.IGNORECASE)
_NOBODY = ("git@", "noreply@", "no-reply@")
# International form of ITU-T E.123: a plus sign, the country's number, groups between single spaces, dots or hyphens.
_PHONE = re.compile(r"(?<![\w)\]$%#+.])\+[1-9]\d{0,2}(?:[ .-]?\(?\d{1,4}\)?){2,6}(?![\w.]?\d)")
_SHORTEST_PHONE, _LONGEST_PHONE = 9, 15  # digits; ITU-T E.164 allows 15 at most
# A pattern begins with what it looks for and then looks back: so most of a text is passed over at once.
_CARD = re.compile(
    r"[2-6](?<![\w$#%.+-].)(?:\d{12,18}|\d{3}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|\d{3}([ -])\d{6}\2\d{5})(?![\w.-])"
)
# Beginnings and lengths of the networks' numbers (ISO/IEC 7812 ranges: Visa, Mastercard, Amex, Discover, JCB, Diners).
_NETWORKS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}"
    r"|(?:6011|64[4-9]\d|65\d\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11}"
)
_IBAN = re.compile(r"[A-Z](?<![\w$].)[A-Z]\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")
# The registry of ISO 13616 gives each country one length.
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "CH": 21,
    "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22,
    "GI": 23, "GL": 18, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26, "IT": 27, "KW": 30, "KZ": 20,
    "LB": 28, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MT": 31, "NL": 18,
    "NO": 15, "PL": 28, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27,
    "TN": 24, "TR": 26, "UA": 29,
}  # fmt: skip
_IPV4 = re.compile(r"\d(?<![\w.].)\d{0,2}(?:\.\d{1,3}){3}(?![\w.]|\.\d)")
_VERSION = re.compile(r"(?:\bv|ver|version|release|rev)[ :.=]{0,3}$", re.IGNORECASE)


def find_personal(text: str) -> Iterator[tuple[str, str]]:
    """(kind, value) for each piece of personal data in `text`; the same one may come more than once."""
    if "@" in text:
        yield from (("email", value) for value in _EMAIL.findall(text) if _is_somebody(value))
    if "+" in text:
        yield from (("phone", one[0]) for one in _PHONE.finditer(text) if _is_phone(one[0]))
    yield from (("card", one[0]) for one in _CARD.finditer(text) if is_card(one[0]))
    yield from (("iban", value) for one in _IBAN.finditer(text) if (value := iban_in(one[0])))
    yield from (("ip_address", one[0]) for one in _IPV4.finditer(text) if _is_public(one[0], text[: one.start()]))


def _is_somebody(address: str) -> bool:
    return not (_NO_MAIL.search(address) or address.lower().startswith(_NOBODY) or ".." in address)


def _is_phone(number: str) -> bool:
    """Enough digits, not too many, not one decimal fraction, not one digit over and over."""
    digits = re.sub(r"\D", "", number)
    return (
        _SHORTEST_PHONE <= len(digits) <= _LONGEST_PHONE
        and not re.fullmatch(r"\+\d+\.\d+", number)
        and len(set(digits)) > 2
    )


def is_card(number: str) -> bool:
    """Whether it is the length and beginning of a network's card number, and its last digit is right."""
    digits = re.sub(r"\D", "", number)
    return bool(_NETWORKS.fullmatch(digits)) and len(set(digits)) > 2 and passes_luhn(digits)


def passes_luhn(digits: str) -> bool:
    """The check digit of ISO/IEC 7812-1, annex B: from the right every second digit doubled, a sum that ends in 0."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(int(digit) for digit in digits[-1::-2]) + sum(doubled)) % 10 == 0


def iban_in(found: str) -> str:
    """The account number that `found` begins with, or "": of its country's length, and 1 by modulus 97 (ISO 7064)."""
    value, length = found.replace(" ", ""), _IBAN_LENGTHS.get(found[:2], 0)
    value = value[:length]
    if not length or len(value) < length:
        return ""
    number = int("".join(str(int(sign, 36)) for sign in value[4:] + value[:4]))
    return _as_written(found, length) if number % 97 == 1 else ""


def _as_written(found: str, length: int) -> str:
    """The beginning of `found` with `length` signs that are no space."""
    places = [place for place, sign in enumerate(found, 1) if sign != " "]
    return found[: places[length - 1]]


def _is_public(address: str, before: str) -> bool:
    """Whether anybody may be reached there: an address that IANA gave out, and none that reads like a version."""
    parts = [int(part) for part in address.split(".")]
    if max(parts) > 255 or sum(part >= 32 for part in parts) < 2 or _VERSION.search(before[-12:]):
        return False
    return IPv4Address(".".join(map(str, parts))).is_global
