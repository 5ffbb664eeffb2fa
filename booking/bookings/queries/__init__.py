"""Reading for bookings: the terms of a resource, what is free where, bookings as who asks may see them, the planning."""
