"""A board as a file. Tables and JSON hold the stored numbers to the last digit, the others those of the page."""

from evals_app.exports.catalog import EXPORTS, export

__all__ = ["EXPORTS", "export"]
