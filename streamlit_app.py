"""The front door: ``streamlit run streamlit_app.py``."""

from __future__ import annotations

from ui.app import main

main()
