"""What can be booked: resources, the units they are made of, their features and rules of use."""
