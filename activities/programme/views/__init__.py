"""Pages by which a programme leaves the house."""
