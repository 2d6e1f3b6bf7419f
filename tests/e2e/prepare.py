"""Make what the browser tests visit: a database with the whole reference, collected static files, and a list of what to open.

python -m tests.e2e.prepare FILE   runs in a process of its own, with the settings of tests.e2e.server; writes the list as JSON.
"""

import json
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

django.setup()  # models can only be imported after it

from conditions.actions.load import load_condition  # noqa: E402
from conditions.models.revision import Revision  # noqa: E402
from tests.rooms import everything  # noqa: E402
from tests.rooms.world import build  # noqa: E402
from tests.site import samples  # noqa: E402


def main(path: Path) -> None:
    """Migrate, load, collect; write {"samples": {name: address}, "others": [address], "rooms": {name: [address, session]}}."""
    call_command("migrate", verbosity=0)
    load_condition(settings.BASE_DIR / "content" / "oms")
    call_command("collectstatic", interactive=False, verbosity=0)
    wanted = {**samples.mark_states(), **samples.samples()}
    others = {revision.get_absolute_url() for revision in Revision.objects.approved().for_list()} - set(wanted.values())
    world = build()
    rooms = {}
    for name, visit in everything.visits(world).items():
        if visit.post is None:
            client = world.client(visit)
            cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
            rooms[name] = [visit.address, cookie.value if cookie else ""]
    path.write_text(json.dumps({"samples": wanted, "others": sorted(others), "rooms": rooms}), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
