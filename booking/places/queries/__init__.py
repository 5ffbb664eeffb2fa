"""Reading places: `lieux` (one, lists, the map), `hours` (weeks and special days)."""
