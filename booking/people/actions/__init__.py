"""What changes people: one function a use case."""
