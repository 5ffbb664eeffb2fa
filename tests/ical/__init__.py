"""What the calendars that we write say to others who read them."""
