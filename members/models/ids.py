"""Random public ids and provisional names."""

import secrets

# Neither vowels nor look-alikes: an id never spells a word, and can be read out loud.
_ID_LETTERS = "23456789bcdfghjkmnpqrstvwxz"


def random_public_id() -> str:
    """Return 12 random characters for an address: not sequential, 57 bits."""
    return "".join(secrets.choice(_ID_LETTERS) for _ in range(12))


def provisional_pseudonym() -> str:
    """Return the name a member carries until they choose one."""
    return f"member-{random_public_id()[:8]}"
