"""Price lists and quotes: what a stretch costs whom, and why, line by line."""
