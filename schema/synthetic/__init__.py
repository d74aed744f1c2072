"""Synthetic customs data: deterministic by seed, calibrated to published orders of magnitude, obviously invented names."""
