"""What must happen later, written in the same transaction as its cause, and the worker that does it."""
