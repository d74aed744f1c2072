"""What was asked and answered: conversations, pins, drafts, audit; SQLite files under ``HOIKHO_HOME``."""
