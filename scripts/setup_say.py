"""What the set-up says: steps, progress bars and errors, in Vietnamese, with the standard library alone."""

from __future__ import annotations

import os
import shutil
import sys
import time


class SetupError(Exception):
    """Set-up cannot go on.

    Args:
        message: What is wrong, in Vietnamese.
        action: What the person should do, in Vietnamese.
        detail: The last lines of a tool's own output, shown below, or empty.
    """

    def __init__(self, message: str, action: str, detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.action = action
        self.detail = detail


def say(text: str = "") -> None:
    """One line to the person, at once."""
    print(text, flush=True)


def complain(error: SetupError) -> None:
    """The error on standard error: what happened, what to do, and the tool's own words where there are any."""
    lines = ["", f"✗ {error.message}", f"  → {error.action}"]
    if error.detail:
        lines += ["", "  Chi tiết:", *(f"  │ {line}" for line in error.detail.splitlines())]
    print("\n".join(lines), file=sys.stderr, flush=True)


class Bar:
    """A progress bar on one line of a terminal; elsewhere (a log) a line every tenth.

    Args:
        label: What is going on, in Vietnamese.
    """

    WIDTH = 28

    def __init__(self, label: str) -> None:
        self._label = label
        self._live = sys.stdout.isatty()
        self._told = -1
        self._drawn = 0.0
        self._start = time.monotonic()
        if not self._live:
            say(f"  {label} …")

    def update(self, share: float, note: str = "") -> None:
        """Show progress.

        Args:
            share: Part done, 0 to 1.
            note: A few words after the percentage.
        """
        share = min(max(share, 0.0), 1.0)
        now = time.monotonic()
        if self._live:
            if now - self._drawn < 0.1 and share < 1:
                return
            self._drawn = now
            full = round(share * self.WIDTH)
            line = f"  {self._label} [{'█' * full}{'░' * (self.WIDTH - full)}] {share:4.0%} {note}"
            width = shutil.get_terminal_size().columns - 1
            sys.stdout.write("\r\x1b[K" + line[:width])
            sys.stdout.flush()
        elif int(share * 10) > self._told and share < 1:
            self._told = int(share * 10)
            if self._told > 0:
                say(f"    {share:.0%} {note}".rstrip())

    def done(self, note: str = "") -> None:
        """Close the bar with a tick and the time it took."""
        seconds = round(time.monotonic() - self._start)
        took = f"{seconds // 60} phút {seconds % 60} giây" if seconds >= 60 else f"{seconds} giây"
        if self._live:
            sys.stdout.write("\r\x1b[K")
        say(f"  ✓ {self._label} ({took}){' – ' + note if note else ''}")

    def drop(self) -> None:
        """Leave the bar as it stands, on a line of its own."""
        if self._live:
            sys.stdout.write("\n")
            sys.stdout.flush()


def gigabytes(count: float) -> str:
    """A number of bytes as Vietnamese text: ``1,2 GB``."""
    return f"{count / 1e9:.1f} GB".replace(".", ",")


def use_utf8() -> None:
    """Let Vietnamese out whatever the locale, here and in every program started from here."""
    os.environ["PYTHONUTF8"] = "1"
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
