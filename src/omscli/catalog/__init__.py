"""What is sold: SKUs, their sizes and weights, kits, and the names other channels give them. Pure."""
