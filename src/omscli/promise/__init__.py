"""When goods leave and when they arrive. Pure; the clock is passed in."""
