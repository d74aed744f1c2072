"""The warehouse: semantic catalogue, synthetic data, flat views and value index."""
