"""What an order is, what it may become, and when it must wait for a person. Pure."""
