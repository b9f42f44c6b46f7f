from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from datasets_app.facts import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.find_facts, name="find_facts"),
    path("registers/", views.list_registers, name="list_registers"),
    path("registers/<str:name>/", views.show_register, name="show_register"),
    path("instructions/", views.list_instructions, name="list_instructions"),
    path("instructions/<str:name>/", views.show_instruction, name="show_instruction"),
    path("opcodes/", views.list_opcodes, name="list_opcodes"),
]
