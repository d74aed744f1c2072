"""``python -m nl2sql``: the same as the command ``hoikho``."""

from __future__ import annotations

import sys

from nl2sql.cli import main

sys.exit(main())
