"""Pages for what went wrong: what, why, what to do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token was missing or old."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)
