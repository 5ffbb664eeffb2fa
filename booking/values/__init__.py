"""Pure words of the trade: stretches of time, wall clocks and zones, money and shares, typed ids."""
