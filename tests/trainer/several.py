"""Several trainings in one interpreter, each as `python -m training_app.trainer` runs it: starting one takes seconds.

    python -m tests.trainer.several SPEC.json...

Prints the exit codes as a JSON list.
"""

from __future__ import annotations

import json
import sys

from training_app.trainer.program import main

if __name__ == "__main__":
    print(json.dumps([main([spec]) for spec in sys.argv[1:]]))
