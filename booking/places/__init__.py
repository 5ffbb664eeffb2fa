"""The archipelago: lieux and when they open, the census of those not on Archipel yet, towns and territories."""
