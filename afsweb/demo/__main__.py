"""`python -m afsweb.demo`: drive the stages on the servers that run; `afs demo` starts them first."""

from __future__ import annotations

import sys

from afsweb.cli import set_up_django

if __name__ == "__main__":
    set_up_django()
    from afsweb.demo.runner import main
    from afsweb.demo.stages import STAGES

    sys.exit(main(STAGES))
