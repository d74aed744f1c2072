"""Proofs that a catalogue and its database agree."""
