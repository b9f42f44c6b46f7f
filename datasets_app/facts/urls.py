from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from datasets_app.facts import views
from datasets_app.symbols import views as symbols

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.find_facts, name="find_facts"),
    path("registers/", views.list_registers, name="list_registers"),
    path("registers/<str:name>/", views.show_register, name="show_register"),
    path("instructions/", views.list_instructions, name="list_instructions"),
    path("instructions/<str:name>/", views.show_instruction, name="show_instruction"),
    path("opcodes/", views.list_opcodes, name="list_opcodes"),
    path("symbols/", symbols.list_symbols, name="list_symbols"),
    path("symbols/import/", symbols.import_symbols, name="import_symbols"),
    path("symbols/<uuid:map_id>/", symbols.show_symbols, name="show_symbols"),
    path("symbols/<uuid:map_id>/archive/", symbols.archive_map, name="archive_symbols"),
]
