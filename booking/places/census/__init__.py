"""The public census of French tiers-lieux, read row by row from CSV or GeoJSON: what can be kept, and why not the rest.

Pure. The columns are those of the census of 2019 (`data/README.md`). No other column is ever looked at, so the names
and addresses of persons that some copies of the census hold do not enter. Only a file that cannot be read as a whole
raises; a bad row costs itself and no other.
"""

from __future__ import annotations

from booking.places.census.entries import SOURCE, CensusEntry, Rejected
from booking.places.census.files import read_csv, read_geojson

__all__ = ["SOURCE", "CensusEntry", "Rejected", "read_csv", "read_geojson"]
