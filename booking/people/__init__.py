"""Members, sign-in, roles in the lieux, API tokens, and who is asking."""
