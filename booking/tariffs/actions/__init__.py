"""Changing tariffs and fixing prices: `sheets` for what a lieu asks, `quotes` for what one person is asked."""
