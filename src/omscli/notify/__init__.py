"""What an event means for the customer: which mail, with which data, or why none."""
