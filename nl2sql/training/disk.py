"""What a person is told when the disk does not take a file."""

from __future__ import annotations

import errno
from pathlib import Path

from nl2sql.errors import ModelError


def disk_error(error: OSError, folder: Path) -> ModelError:
    """What a person is told about a failed write."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    reason = "ổ đĩa đã đầy" if full else error.strerror or str(error)
    return ModelError(
        f"Không ghi được vào “{folder}”: {reason}.",
        action="Hãy giải phóng chỗ (hoặc đặt HOIKHO_HOME vào ổ đĩa khác) rồi chạy tiếp: hoikho train --resume",
        phase="setup",
    )


def gigabytes(count: float) -> str:
    """``1,5 GB``."""
    return f"{count / 1e9:.1f} GB".replace(".", ",")
