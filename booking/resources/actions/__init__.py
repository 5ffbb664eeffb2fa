"""Changing what can be booked: `resources` (create, edit, retire), `units`, `photos`."""
