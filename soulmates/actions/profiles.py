"""Stub of the founder so that own_part.py imports: H1 replaces this file and keeps ALL five names (own_part calls them)."""


def refresh(patients):
    """Recompute the rows of these patient ids."""


def refresh_member(member):
    """Recompute those of all patients a member looks after, then sweep."""


def take_out(patients):
    """Empty the rows of these patient ids (listed False, a new seq each), whatever the truth says: their owner is being erased right now."""


def sweep():
    """Turn rows whose patient is gone into tombstones."""


def rebuild(condition):
    """Compact, new epoch."""
