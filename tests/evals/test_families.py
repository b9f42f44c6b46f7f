"""The p values of several tests together: Holm where one of them decides, Benjamini-Hochberg where one explores."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from evals_app.stats import benjamini_hochberg, holm


def test_holm_adjusts_by_rank_and_never_crosses() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.5]) == pytest.approx([1.0, 1.0])
    assert holm([]) == []


def test_benjamini_hochberg_adjusts_from_the_largest_down() -> None:
    assert benjamini_hochberg([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.02, 0.04, 0.04, 0.02])
    assert benjamini_hochberg([0.3]) == [0.3]
    assert benjamini_hochberg([]) == []


def test_both_agree_with_statsmodels() -> None:
    p_values = list(np.random.default_rng(4).uniform(0, 0.2, 25))
    assert holm(p_values) == pytest.approx(list(multipletests(p_values, method="holm")[1]))
    assert benjamini_hochberg(p_values) == pytest.approx(list(multipletests(p_values, method="fdr_bh")[1]))
