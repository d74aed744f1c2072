"""Streamlit's server with the app made ready while nobody has come yet: ``python -m ui.serve run streamlit_app.py …``.

Without it the first visitor pays for importing the pages, loading the catalogue and reading the database's values.
"""

from __future__ import annotations

import logging
import sys
import threading

from streamlit.web.cli import main as streamlit

from nl2sql.errors import HoiKhoError

log = logging.getLogger("hoikho.ui")


def make_ready() -> None:
    """Do what the first visit needs, once for the process; a fault is left to the visitor's page, which explains it."""
    try:
        import ui.app  # noqa: F401 - every page, imported here and found again by the script
        from ui import session

        session.open_desk()
    except HoiKhoError as error:
        log.warning("the app could not be made ready ahead: %s", error)


def main() -> None:
    """Serve; the arguments are those of ``streamlit``."""
    # Streamlit warns that this thread is nobody's session, which is the point of it.
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)
    threading.Thread(target=make_ready, name="make-ready", daemon=True).start()
    sys.exit(streamlit(prog_name="streamlit"))


if __name__ == "__main__":
    main()
