"""Accounts and transfers: one row is one transfer, insert-only, and an unbalanced or mixed entry cannot be written."""
