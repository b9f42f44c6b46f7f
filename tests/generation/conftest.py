from __future__ import annotations

from tests.llm.conftest import field_key, gemini, gemini_server

__all__ = ["field_key", "gemini", "gemini_server"]
