"""WHAT IS KEPT: of whom, why, for how long; handing it over, and forgetting it."""
