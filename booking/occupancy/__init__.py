"""The table that decides: who holds which unit when. The database itself refuses two rows of one unit that overlap."""
