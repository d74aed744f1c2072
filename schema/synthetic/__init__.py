"""Synthetic customs data: deterministic by seed, calibrated to published figures, obviously invented names."""
