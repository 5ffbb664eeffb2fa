"""Archipel: one archipelago of tiers-lieux, one calendar, honest accounts."""
