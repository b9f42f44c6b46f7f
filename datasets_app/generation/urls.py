from __future__ import annotations

from django.urls import path

from datasets_app.generation import views

urlpatterns = [
    path("", views.list_campaigns, name="list_campaigns"),
    path("launch/", views.launch, name="launch_campaign"),
    path("<uuid:campaign_id>/", views.show_campaign, name="show_campaign"),
    path("<uuid:campaign_id>/stop/", views.stop, name="stop_campaign"),
    path("<uuid:campaign_id>/continue/", views.go_on, name="continue_campaign"),
]
