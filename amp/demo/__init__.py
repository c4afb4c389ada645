"""Two invented squares with a believable year, up to the day they are seeded. Nobody and nothing in it is real."""
