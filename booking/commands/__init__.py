"""What the `archipel` command does, one module a word. `booking.cli` reads the words and calls these."""
