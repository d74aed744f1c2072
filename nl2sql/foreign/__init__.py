"""The route for a database that nobody described: linking, prompt, generation, repair, vote."""
