"""The database: Base and column words, one way to read, one way to write, and the name of what a database refused."""

from booking.db.session import attempt, db, glance, read, survey, violated, write

__all__ = ["attempt", "db", "glance", "read", "survey", "violated", "write"]
