"""Reading tariffs and quotes."""
