"""The model learns a catalogue: pairs composed from it, a LoRA trained on this CPU, an adapter with its card."""
