"""Questions across rows, each answered in one trip with plain values."""
