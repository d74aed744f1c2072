"""Vietnamese in: from typed text to a Reading that can be checked."""
