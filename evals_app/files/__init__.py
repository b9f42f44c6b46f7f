"""Suites as files: our own lines of JSON, rows of questions with keywords, promptfoo's YAML."""
