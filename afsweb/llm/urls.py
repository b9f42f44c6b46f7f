from __future__ import annotations

from django.urls import path

from afsweb.llm import views

urlpatterns = [
    path("settings/keys/", views.list_keys, name="list_keys"),
    path("settings/keys/<uuid:key_id>/delete/", views.delete_key, name="delete_key"),
    path("endpoints/", views.list_endpoints, name="list_endpoints"),
    path("endpoints/new/", views.add_endpoint, name="add_endpoint"),
    path("endpoints/<uuid:endpoint_id>/", views.show_endpoint, name="show_endpoint"),
    path("endpoints/<uuid:endpoint_id>/edit/", views.edit_endpoint, name="edit_endpoint"),
    path("endpoints/<uuid:endpoint_id>/test/", views.test_endpoint, name="test_endpoint"),
    path("endpoints/<uuid:endpoint_id>/prices/", views.add_price, name="add_price"),
]
