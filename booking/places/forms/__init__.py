"""What the pages of lieux send: `identity` (who and where, practice, legal), `calendar` (weeks, days, closures)."""
