"""Forms: they clean and explain; they decide no rights."""
