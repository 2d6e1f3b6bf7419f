"""Writes of soulmates, by topic: keywords only, the doer is `by` or `member`."""
