"""The command ``hoikho``.

A module here holds one command or group and imports what it needs inside its functions, so that ``hoikho --help``
is instant. Rooms above ``nl2sql`` (``eval``) add their groups through the entry points ``hoikho.commands`` in
``pyproject.toml``; they are loaded only when they are called or listed.

Exit status: 0 answered, 1 error, 2 wrong usage, 3 a question back, 4 refused or no data, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import typer
from typer.exceptions import TyperException

from nl2sql.cli.root import app, use_vietnamese_help
from nl2sql.cli.say import complain, complain_internal, usage_message
from schema.errors import HoiKhoError, UserError

STOPPED = 130
_SELDOM = (100_000, 20, 100)
"""When Python looks for cycles: catalogue and vocabulary are made of a million objects that stay, and looking through
them again and again as they are made cost a quarter of a start."""
_QUICK = frozenset({"ask", "sql"})
"""Commands that somebody waits for; they have closed all that they opened when they return."""


def run() -> NoReturn:
    """The process itself: the command, and its end.

    After an answer the process ends at once: taking catalogue, vocabulary and model apart, piece by piece, kept the
    shell waiting for another third of a second.
    """
    status = main()
    if _QUICK.isdisjoint(sys.argv[1:2]):
        sys.exit(status)
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # whoever read it went away, or it was closed for that reason
            stream.flush()
    os._exit(status)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: Without the program's name; those of the process when None.

    Returns:
        The exit status.
    """
    gc.set_threshold(*_SELDOM)
    given = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if "--help" in given:
        use_vietnamese_help()
    try:
        status = int(app(args=given, prog_name="hoikho", standalone_mode=False) or 0)
    except (KeyboardInterrupt, typer.Abort):
        status = STOPPED
    except UserError as error:
        complain(error.message, error.action)
        return 1
    except HoiKhoError as error:
        complain_internal(error)
        return 1
    except BrokenPipeError:  # the reader of our output went away (`| head`)
        sys.stderr.close()
        return 1
    except TyperException as error:
        complain(*usage_message(error))
        return 2
    if status == STOPPED:
        complain("Đã dừng theo yêu cầu.")
    return status
