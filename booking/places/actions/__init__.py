"""Changing places: `lieux` (create, adopt, edit), `hours` (weeks, special days, holidays), `imports` (the census)."""
