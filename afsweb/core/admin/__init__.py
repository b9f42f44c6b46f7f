"""The admin's pages of people, machines and work; each module registers its own."""

from afsweb.core.admin import artifacts, backups, errors, history, hosts, jobs, notifications, schedules, upkeep

__all__ = ["artifacts", "backups", "errors", "history", "hosts", "jobs", "notifications", "schedules", "upkeep"]
