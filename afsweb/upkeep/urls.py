from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from afsweb.upkeep import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("catalogue/", views.show_catalogue, name="show_catalogue"),
    path("catalogue/growth.json", views.draw_catalogue, name="draw_catalogue"),
    path("catalogue/watched/", views.list_watched, name="list_watched"),
    path("catalogue/watched/<uuid:item_id>/adopt/", views.adopt_watched, name="adopt_watched"),
    path("schedules/usual/", views.add_usual_schedules, name="add_usual_schedules"),
]
