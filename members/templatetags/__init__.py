"""Template tags of people and what they own."""
