"""iCalendar feeds: public ones per resource, secret ones per member, and the files of single bookings."""
