"""Background tasks of members. They are handed no words of a person: what a task was given and what it gave stays in a table for a while."""

from django_tasks import task

from members import packing


@task()
def make_export(export_pk: int, language: str) -> str:
    """Pack a member's data."""
    return packing.make(export_pk, language)
