"""Where each order ships from. Pure: facts and rules in, a plan with its reasons out (`engine.plan`)."""
