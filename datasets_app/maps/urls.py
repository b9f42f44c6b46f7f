from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from datasets_app.maps import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.list_maps, name="list_maps"),
    path("new/", views.make_map, name="make_map"),
    path("<uuid:map_id>/", views.show_map, name="show_map"),
    path("<uuid:map_id>/points/", views.draw_points, name="draw_points"),
    path("<uuid:map_id>/points/<int:number>/", views.open_point, name="open_point"),
    path("<uuid:map_id>/look/", views.look_at_points, name="look_at_points"),
    path("<uuid:map_id>/list/", views.list_points, name="list_points"),
    path("<uuid:map_id>/review/", views.queue_points, name="queue_points"),
    path("<uuid:map_id>/delete/", views.delete, name="delete_map"),
]
