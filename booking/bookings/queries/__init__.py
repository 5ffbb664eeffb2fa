"""Reading for bookings: terms, what is free where, bookings as who asks may see them, the planning."""
