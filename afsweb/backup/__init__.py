"""Backups: everything that an install knows, in one folder that verifies, and back from it. No Django.

A backup is written aside and gets its name when it is whole: `backup.json`, which lists and seals the rest, comes last.

    afsweb-20261011-030000/
      backup.json       what it is, the rows of each table, the sha256 of each file below
      database.dump     pg_dump's custom format
      artifacts/        the store's own layout: files by the sha256 of their manifest
      uploads/          files that wait for their import
      secrets/          the keys that the database's secrets are encrypted with

Not in it: work folders of runs under way, logs, and what Valkey holds, which is rings only.
"""
