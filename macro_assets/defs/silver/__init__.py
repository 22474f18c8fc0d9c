"""Silver: one table of macro facts and one of prices, each row with the day from which it counts as known."""
