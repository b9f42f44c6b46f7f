"""The admin's pages of people, machines and work; each module registers its own."""

from afsweb.core.admin import history, hosts, jobs

__all__ = ["history", "hosts", "jobs"]
