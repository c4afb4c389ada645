"""Speed as ratios to a bare limit, measured in one run."""
