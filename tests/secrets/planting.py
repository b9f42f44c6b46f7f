"""Secrets that never were any: put together when they are needed, so that no file here looks as if it held one."""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable

ALNUM, LOWER, UPPER = string.ascii_letters + string.digits, string.ascii_lowercase, string.ascii_uppercase
HEX, DIGITS = "0123456789abcdef", string.digits
Plant = Callable[[random.Random], str]


def signs(rng: random.Random, alphabet: str, count: int) -> str:
    return "".join(rng.choices(alphabet, k=count))


def json_web_token(rng: random.Random) -> str:
    def part(content: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

    return ".".join((part({"alg": "HS256"}), part({"sub": rng.randrange(10**9)}), part(signs(rng, ALNUM, 30))))


def private_key(rng: random.Random) -> str:
    rows = "\n".join(signs(rng, ALNUM + "+/", 64) for _ in range(8))
    kind = rng.choice(("RSA ", "EC ", "OPENSSH ", ""))
    return f"-----{'BEGIN'} {kind}PRIVATE KEY-----\n{rows}\n-----END {kind}PRIVATE KEY-----"


# Kind as it is found -> how one is made.
KEYS: dict[str, Plant] = {
    "aws": lambda rng: "AK" + "IA" + signs(rng, UPPER + DIGITS, 16),
    "github": lambda rng: rng.choice(("gh" + "p_", "gh" + "s_", "gh" + "o_")) + signs(rng, ALNUM, 36),
    "gitlab": lambda rng: "gl" + "pat-" + signs(rng, ALNUM, 20),
    "google": lambda rng: "AI" + "za" + signs(rng, ALNUM, 35),
    "hugging_face": lambda rng: "h" + "f_" + signs(rng, string.ascii_letters, 34),
    "json_web_token": json_web_token,
    "openai": lambda rng: "s" + "k-" + signs(rng, ALNUM, 20) + "T3Blbk" + "FJ" + signs(rng, ALNUM, 20),
    "private_key": private_key,
    "slack": lambda rng: (
        "xo" + "xb-" + "-".join(signs(rng, DIGITS, 12) for _ in range(2)) + "-" + signs(rng, LOWER, 24)
    ),
    "stripe": lambda rng: "sk" + "_live_" + signs(rng, ALNUM, 24),
    "telegram": lambda rng: signs(rng, DIGITS, 9) + ":" + signs(rng, ALNUM, 35),
    "sendgrid": lambda rng: "S" + "G." + signs(rng, ALNUM, 22) + "." + signs(rng, ALNUM, 43),
    "anthropic": lambda rng: "sk-" + "ant-api03-" + signs(rng, ALNUM, 93) + "AA",
}
# How a secret may stand in a text.
PLACES = ('TOKEN = "{}"', "curl -H 'Authorization: Bearer {}' https://api.acme.io/v1", "; my key: {}", "{}", "db '{}'")


def card(rng: random.Random) -> str:
    """Sixteen digits of Visa with their check digit, in groups of four."""
    digits = "4" + signs(rng, DIGITS, 14)
    total = sum(sum(divmod(2 * int(one), 10)) if place % 2 == 0 else int(one) for place, one in enumerate(digits))
    digits += str(-total % 10)
    return " ".join(digits[start : start + 4] for start in range(0, 16, 4))


def iban(rng: random.Random) -> str:
    """A German account with its check digits (ISO 7064: 98 less the remainder by 97)."""
    number = signs(rng, DIGITS, 18)
    return f"DE{98 - int(number + '131400') % 97:02d}{number}"


PERSONAL: dict[str, Plant] = {
    "email": lambda rng: f"{signs(rng, LOWER, 7)}.{signs(rng, LOWER, 5)}@{signs(rng, LOWER, 8)}.org",
    "phone": lambda rng: f"+49 {signs(rng, '123456789', 3)} {signs(rng, DIGITS, 4)} {signs(rng, DIGITS, 4)}",
    "card": card,
    "iban": iban,
    "ip_address": lambda rng: f"93.184.{rng.randrange(33, 250)}.{rng.randrange(33, 250)}",
}
