"""From rows to an Answer: headline, explanation, chart."""
