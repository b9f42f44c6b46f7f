"""django-rq's own pages, for admins who want to look into Valkey. The jobs page shows the truth; these show rings."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import django_rq.urls
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpResponseBase
from django.urls import URLPattern
from django.views.decorators.http import require_http_methods
from rq.exceptions import NoSuchJobError

from afsweb.core.models import Role
from afsweb.permissions import allow
from afsweb.policy import with_inline_styles

# What the package raises for a job, worker, queue or scheduler that is gone or never was.
GONE = (NoSuchJobError, IndexError, ValueError, ImproperlyConfigured)


def gone_is_404(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer "no such page" for what is no longer in Valkey: a ring lives for a second."""

    @wraps(view)
    def careful(*args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(*args, **kwargs)
        except GONE as error:
            raise Http404("This is no longer in the queue.") from error

    return careful


def guarded(pattern: URLPattern) -> URLPattern:
    """The same address, for admins only, whose page may carry the style attributes that it has."""
    view = with_inline_styles(allow(Role.ADMIN)(gone_is_404(pattern.callback)))
    return URLPattern(pattern.pattern, require_http_methods(["GET", "POST"])(view), pattern.default_args, pattern.name)


urlpatterns = ([guarded(pattern) for pattern in django_rq.urls.urlpatterns], "django_rq")
