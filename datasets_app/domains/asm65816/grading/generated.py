"""What a case asks whose code one of the generators thought of: told by the params that it was written from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from datasets_app.domains.asm65816.generators.pool.measured import assembled
from datasets_app.domains.asm65816.grading.changes import changed_lines
from datasets_app.domains.base import Params

_ROUTINE = ("routine", "way", "values", "style")


def routine_params(params: Params) -> Params:
    """What of the params names the routine alone. Raises KeyError for those of another sort of sample."""
    return {name: params[name] for name in _ROUTINE}


def repair(params: Params, broken: str, right: str) -> dict[str, Any]:
    """What `grade_fix` is told of a fault that `right` mends, proven by the params' first case or by a rule.

    Raises ValueError where one of the two does not assemble, KeyError for params of another sort of sample.
    """
    proof: Mapping[str, Any] = params["proof"]
    least = changed_lines(assembled(broken), assembled(right))
    rule = proof.get("rule")
    # Another repair may take more lines; to write the routine anew takes more still.
    told = {"broken": broken, "routine": routine_params(params), "most_changed": 2 * least + 3}
    return told | ({"rule": rule} if rule else {"failing": proof["cases"][:1]})
