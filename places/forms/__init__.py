"""What people type about the place, its money and its people, judged beside the field."""
