"""What this app adds to pages of the reference: the members' answers to a question, and the questions about a symptom or a treatment."""


def register() -> None:
    """Fill the slot of the reference."""
