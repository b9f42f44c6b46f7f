"""The stages of the demo, in order."""

from __future__ import annotations

import redis
from django.conf import settings
from django.db import connection

from afsweb.demo import data, models
from afsweb.demo.runner import Say, Stage, StageFailed


def check_servers(_: Say) -> str:
    """The database with its vector type and the queue answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version')")
        version = cursor.fetchone()[0]
        cursor.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
        vector = cursor.fetchone()
    if vector is None:
        raise StageFailed("The database lacks the extension vector: install pgvector there.")
    redis.Redis.from_url(settings.REDIS_URL).ping()
    return f"Postgres {version}, pgvector {vector[0]} and the queue answer"


STAGES = [
    Stage("servers", check_servers),
    Stage("import", data.import_notes),
    Stage("generate", data.generate),
    Stage("verify and score", data.examine),
    Stage("decide (the gate)", data.decide),
    Stage("snapshot", data.take_snapshot),
    Stage("base model", models.build_base),
    Stage("train", models.train),
    Stage("evaluate", models.evaluate),
    Stage("compare", models.compare),
]
