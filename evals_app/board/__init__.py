"""Up to eight versions on one suite: each candidate's comparison with the baseline, side by side."""
