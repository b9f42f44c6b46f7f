"""Suites that come with the house: every answer is computed from the domain's facts, or measured by its machine.

They are made from code, the same on every machine, so that the same code makes no second version of any. No wording
here is one of the generators' (`tests/evals/test_shipped.py` holds that): what was trained on is not asked.
"""
