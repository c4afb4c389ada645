"""What templates ask of the counts."""
