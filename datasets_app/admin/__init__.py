"""The data in the admin: samples to curate, everything else to look things up."""

from datasets_app.admin import acting, catalog, evidence, golden, sample

__all__ = ["acting", "catalog", "evidence", "golden", "sample"]
