"""Which boxes a shipment needs. Pure and deterministic."""
