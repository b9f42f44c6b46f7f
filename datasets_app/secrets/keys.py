"""Keys and passwords in a text, found by detect-secrets' plugins as plain functions. No Django.

Only plugins that know a format, or the name before the value. Those that go by entropy take every checksum, table of
tiles and base64 block for a secret; Artifactory's takes labels such as APCommandPort for one. Nothing is asked of a
network: `verify` is never called.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from detect_secrets.filters.heuristic import is_not_alphanumeric_string, is_sequential_string, is_templated_secret
from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector
from detect_secrets.plugins.basic_auth import BasicAuthDetector
from detect_secrets.plugins.cloudant import CloudantDetector
from detect_secrets.plugins.discord import DiscordBotTokenDetector
from detect_secrets.plugins.gitlab_token import GitLabTokenDetector
from detect_secrets.plugins.ibm_cloud_iam import IbmCloudIamDetector
from detect_secrets.plugins.ibm_cos_hmac import IbmCosHmacDetector
from detect_secrets.plugins.jwt import JwtTokenDetector
from detect_secrets.plugins.keyword import KeywordDetector
from detect_secrets.plugins.mailchimp import MailchimpDetector
from detect_secrets.plugins.npm import NpmDetector
from detect_secrets.plugins.openai import OpenAIDetector
from detect_secrets.plugins.private_key import PrivateKeyDetector
from detect_secrets.plugins.pypi_token import PypiTokenDetector
from detect_secrets.plugins.sendgrid import SendGridDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.softlayer import SoftlayerDetector
from detect_secrets.plugins.square_oauth import SquareOAuthDetector
from detect_secrets.plugins.stripe import StripeDetector
from detect_secrets.plugins.telegram_token import TelegramBotTokenDetector
from detect_secrets.plugins.twilio import TwilioKeyDetector

Read = Callable[[str], Iterable[str]]


@dataclass(frozen=True)
class Detector:
    """What finds one kind. It reads only texts that have one of `hints` in them (lower case; none: every text).

    `reads_lines`: it finds one secret in what it is given, so it is given lines.
    """

    kind: str
    read: Read
    hints: tuple[str, ...] = ()
    reads_lines: bool = False


def find_keys(text: str) -> Iterator[tuple[str, str]]:
    """(kind, secret) for each secret in `text`; the same one may come more than once."""
    low = text.lower()
    for detector in DETECTORS:
        if not detector.hints or any(hint in low for hint in detector.hints):
            for piece in _pieces(detector, text):
                yield from ((detector.kind, value) for value in detector.read(piece))


def _pieces(detector: Detector, text: str) -> Iterable[str]:
    if not detector.reads_lines:
        return (text,)
    return (line for line in text.splitlines() if any(hint in line.lower() for hint in detector.hints))


def _private_keys(text: str) -> Iterator[str]:
    """The key itself and not only its first line, by which all keys would be the same one; not a mere mention."""
    for header in set(PrivateKeyDetector().analyze_string(text)):
        for one in re.finditer(re.escape(header), text):
            end = text.find("-----END", one.start())
            block = text[one.start() : end if end > 0 else one.start() + LONGEST_KEY]
            if _BODY.search(block, len(header)):
                yield block


def _named(line: str) -> Iterator[str]:
    """Values that a name such as password= says are secret, unless a placeholder, a sequence, words or code."""
    for value in KeywordDetector().analyze_string(line):
        is_mixed = len(value) >= SHORTEST_VALUE and _MIXED.match(value)
        if is_mixed and not (is_templated_secret(value) or is_sequential_string(value)):
            yield value


def _with_letters(read: Read) -> Read:
    """Leave out rows of dashes and lines, which some patterns take for a value."""
    return lambda text: (value for value in read(text) if not is_not_alphanumeric_string(value))


def _matching(pattern: str) -> Read:
    """What a pattern finds."""
    return re.compile(pattern).findall


LONGEST_KEY, SHORTEST_VALUE = 8_000, 8  # characters
_BODY = re.compile(r"[A-Za-z0-9+/=]{40}")
# Letters and digits, no space, and nothing of which code and paths are made.
_MIXED = re.compile(r"(?=\S*[A-Za-z])(?=\S*\d)[^\s()\[\]{}<>\\]+\Z")

# The formats of the last four, which detect-secrets does not know, are those of the published rules of gitleaks 8
# (gcp-api-key, huggingface-access-token, github-fine-grained-pat, anthropic-api-key).
DETECTORS: tuple[Detector, ...] = (
    Detector("aws", AWSKeyDetector().analyze_string, ("akia", "asia", "abia", "acca", "a3t", "aws")),
    Detector("azure_storage", AzureStorageKeyDetector().analyze_string, ("accountkey=",)),
    Detector("password_in_address", BasicAuthDetector().analyze_string, ("://",)),
    Detector("cloudant", CloudantDetector().analyze_string, ("cloudant",)),
    Detector("discord", DiscordBotTokenDetector().analyze_string),
    Detector("github", _matching(r"gh[pousr]_[A-Za-z0-9_]{36}"), ("ghp_", "gho_", "ghu_", "ghs_", "ghr_")),
    Detector("gitlab", GitLabTokenDetector().analyze_string, ("gl", "gr1348941")),
    Detector("ibm_cloud", _with_letters(IbmCloudIamDetector().analyze_string), ("ibm",)),
    Detector("ibm_storage", IbmCosHmacDetector().analyze_string, ("ibm", "cos")),
    Detector("json_web_token", JwtTokenDetector().analyze_string, ("eyj",)),
    Detector("mailchimp", MailchimpDetector().analyze_string, ("-us",)),
    Detector("npm", NpmDetector().analyze_string, ("_authtoken",)),
    Detector("openai", OpenAIDetector().analyze_string, ("t3blbkfj",)),
    Detector("private_key", _private_keys, ("private key", "putty-user-key-file")),
    Detector("pypi", PypiTokenDetector().analyze_string, ("pypi-age",)),
    Detector("sendgrid", SendGridDetector().analyze_string, ("sg.",)),
    Detector("slack", SlackDetector().analyze_string, ("xox", "hooks.slack.com")),
    Detector("softlayer", SoftlayerDetector().analyze_string, ("softlayer",)),
    Detector("square", SquareOAuthDetector().analyze_string, ("sq0csp-",)),
    Detector("stripe", StripeDetector().analyze_string, ("k_live_",)),
    Detector("telegram", TelegramBotTokenDetector().analyze_string),
    Detector("twilio", TwilioKeyDetector().analyze_string),
    Detector("named_password", _named, ("key", "pass", "pwd", "secret", "contrase"), reads_lines=True),
    Detector("google", _matching(r"\bAIza[\w-]{35}(?![\w-])"), ("aiza",)),
    Detector("hugging_face", _matching(r"\bhf_[A-Za-z]{34}\b"), ("hf_",)),
    Detector("github", _matching(r"\bgithub_pat_\w{82}\b"), ("github_pat_",)),
    Detector("anthropic", _matching(r"\bsk-ant-[\w-]{80,120}(?![\w-])"), ("sk-ant-",)),
)
