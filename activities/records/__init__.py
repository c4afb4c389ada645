"""What is written down beside the plan: care cases, voices and photos."""
