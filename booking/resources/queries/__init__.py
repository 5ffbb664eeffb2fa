"""Reading what can be booked: `seen` (one resource, its pictures), `lists`, `managed` (for managers), `parts`."""
