from __future__ import annotations

from training_app.trainer.program import main

raise SystemExit(main())
