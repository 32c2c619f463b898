"""The vocabulary that every package shares: money, places, days, text. Pure, and knows nothing of orders."""
