"""The strategy `batch`: the cheapest plan for all open orders together, with a proof of how far from the best it can be."""
