"""Gold: the as-of cubes, the only door from the lake to the models, and monthly outcomes."""
