"""Evaluation: suites of questions with independent gold SQL, scorers, runs, reports and comparison.

A suite is YAML text (``suite.py``), a run asks an assistant in process and keeps every full answer (``run.py``),
scoring compares values and never names (``scoring.py``), and no figure is shown without its interval (``stats.py``).
"""
