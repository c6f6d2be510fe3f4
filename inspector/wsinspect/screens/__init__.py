"""What can stand on the terminal as a whole: the inspector itself, and what opens above it."""
