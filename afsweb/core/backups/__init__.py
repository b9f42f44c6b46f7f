"""Backups of this install as rows: made by a person or a job, verified again, the newest one looked for."""
