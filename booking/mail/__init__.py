"""Messages to people: written with their cause, delivered by the worker."""
