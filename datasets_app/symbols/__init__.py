"""A project's own names for addresses: imported, archived, read by the verifiers."""
