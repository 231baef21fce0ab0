"""What the simulated model says: drawn from the prompt alone, so the same request gets the same answer."""
