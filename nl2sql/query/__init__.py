"""The one door to the database: validate with sqlglot, run under limits."""
