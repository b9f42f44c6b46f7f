from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from datasets_app.golden import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.list_goldens, name="list_goldens"),
    path("<uuid:sample_id>/approve/", views.approve_golden, name="approve_golden"),
    path("<uuid:sample_id>/take-back/", views.take_golden_back, name="take_golden_back"),
    path("<uuid:sample_id>/renew/", views.renew_golden, name="renew_golden"),
]
