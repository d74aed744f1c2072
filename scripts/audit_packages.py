"""Looks up the published vulnerabilities of every locked package with pip-audit, and says what could not be looked up.

pip-audit ends well when its service does not answer for a package: it calls the package "skipped". Here such packages
are counted and named as not looked at, so that silence is never taken for safety.

    python scripts/audit_packages.py [--strict] [LOCK …]

Exit status: 1 when a vulnerability is known, 0 when none is; with ``--strict`` 3 when something was not looked up.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 240
ACCEPTED: dict[str, str] = {}
"""Known vulnerabilities that do not concern us: number → why. Empty at present."""


@dataclass
class Tally:
    """What was found.

    Attributes:
        looked: Packages that the service answered for.
        skipped: Packages that it did not answer for.
        known: Vulnerabilities: package, version, numbers.
        fault: Why nothing could be looked up at all, or empty.
    """

    looked: set[str] = field(default_factory=set)
    skipped: set[str] = field(default_factory=set)
    known: dict[str, list[str]] = field(default_factory=dict)
    fault: str = ""


def read(report: dict[str, Any], tally: Tally) -> None:
    """Add one report of pip-audit (its JSON form) to the tally."""
    for item in report.get("dependencies", []):
        name = f"{item['name']} {item.get('version', '')}".strip()
        if item.get("skip_reason") or "vulns" not in item:
            tally.skipped.add(item["name"])
            continue
        tally.looked.add(item["name"])
        numbers = [v["id"] for v in item["vulns"] if not {v["id"], *v.get("aliases", [])} & ACCEPTED.keys()]
        if numbers:
            tally.known[name] = numbers


def audit(lock: Path, tally: Tally) -> None:
    """Look up the packages of one lock file."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--progress-spinner", "off"]
    command += ["--timeout", "10", "--format", "json", "--requirement", str(lock)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        read(json.loads(done.stdout), tally)
    except subprocess.TimeoutExpired:
        tally.fault = f"dịch vụ không trả lời trong {PATIENCE_S} giây"
    except ValueError:
        lines = done.stderr.strip().splitlines()
        tally.fault = lines[-1][:300] if lines else f"pip-audit kết thúc với mã {done.returncode}"


def say(tally: Tally) -> None:
    """Print what was found, worst first."""
    for name, numbers in sorted(tally.known.items()):
        print(f"✗ {name}: {', '.join(numbers)}")
    whole = len(tally.looked | tally.skipped)
    print(f"Tra lỗ hổng: {len(tally.looked)}/{whole} gói được tra, {len(tally.known)} gói có lỗ hổng đã công bố.")
    if tally.fault:
        print(f"⚠ KHÔNG TRA ĐƯỢC: {tally.fault}.")
    if tally.skipped - tally.looked:
        names = sorted(tally.skipped - tally.looked)
        more = f" và {len(names) - 5} gói khác" if len(names) > 5 else ""
        print(f"⚠ KHÔNG TRA ĐƯỢC {len(names)} gói, dịch vụ không trả lời về: {', '.join(names[:5])}{more}.")
        print("  Những gói đó chưa được xem là an toàn: hãy chạy lại “make audit” trên máy có mạng ra ngoài.")


def main(arguments: list[str]) -> int:
    """Audit the lock files that are named, or all of them."""
    strict = "--strict" in arguments
    named = [Path(a) for a in arguments if not a.startswith("--")]
    tally = Tally()
    if subprocess.run([sys.executable, "-m", "pip_audit", "--version"], capture_output=True, check=False).returncode:
        tally.fault = "chưa cài pip-audit (pip install --group audit)"
    else:
        for lock in named or sorted((ROOT / "requirements").glob("*.txt")):
            audit(lock, tally)
            if tally.fault or not tally.looked:
                break  # nobody answers: there is no use in waiting for the other lists, too
    say(tally)
    if tally.known:
        return 1
    return 3 if strict and (tally.fault or tally.skipped - tally.looked) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
