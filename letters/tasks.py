"""Background tasks of letters."""

from django_tasks import task

from letters import delivery


@task(priority=10)  # people wait for codes: before exports and other slow things
def deliver(mail_pk: int) -> str:
    """Send one mail of the queue if it is due. Never fails because of the mail server: what was not sent is tried again later."""
    return delivery.deliver(mail_pk)
