from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from cryptography.fernet import Fernet
from pytest_django.fixtures import Settings

from afsweb.core.models import Endpoint, EndpointPrice, Provider, User
from afsweb.llm.keys import save_key
from tests.llm.gemini_server import GeminiServer, gemini_answer, serve_gemini

SECRET = "AIza-a-canary-key-of-the-tests-7Qx4"


@pytest.fixture
def field_key(settings: Settings) -> str:
    settings.FIELD_KEY = Fernet.generate_key().decode()
    return str(settings.FIELD_KEY)


@pytest.fixture
def gemini_server() -> Iterator[GeminiServer]:
    with serve_gemini(gemini_answer({"word": "INIDISP"})) as server:
        yield server


@pytest.fixture
def gemini(gemini_server: GeminiServer, admin_user: User, field_key: str) -> Endpoint:
    """An endpoint with a key and a price, that is the local server."""
    endpoint = Endpoint.objects.create(
        name="gemini",
        provider=Provider.GEMINI,
        base_url=gemini_server.url,
        model="a-model",
        key=save_key("mine", Provider.GEMINI, SECRET, by=admin_user),
    )
    EndpointPrice.objects.create(
        endpoint=endpoint,
        since=date(2026, 1, 1),
        input_per_million=Decimal("0.30"),
        output_per_million=Decimal("2.50"),
        source="a test",
    )
    return endpoint
