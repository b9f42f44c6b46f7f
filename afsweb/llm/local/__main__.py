from __future__ import annotations

from afsweb.llm.local.program import main

raise SystemExit(main())
