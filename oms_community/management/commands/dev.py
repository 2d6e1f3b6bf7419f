"""Everything for development: migrate, load, serve. This is what `make run` calls."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from oms_community import demo
from oms_community.translations import compile_translations
from soulmates.models.place import Gazetteer

JOBS_EVERY = 60  # seconds


class Command(BaseCommand):
    """Prepare the database, then run the server and the task worker until Ctrl-C."""

    help = "Migrate, load the reference and the demonstration, then start the server and the task worker."
    requires_system_checks = []

    def add_arguments(self, parser):
        """Take the port."""
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args, port, **options):
        """Prepare, start both children, wait; stop both when either ends or somebody presses Ctrl-C."""
        if not settings.DEBUG:
            raise CommandError("dev is for development: set DEBUG=1, or see docs/deploy.md.")
        self._port_must_be_free(port)
        compile_translations()
        call_command("migrate", verbosity=0)
        for folder in sorted((settings.BASE_DIR / "content").iterdir()):
            if (folder / "condition.yaml").is_file():
                call_command("load_condition", folder, stdout=self.stdout)
        if not Gazetteer.objects.exists():  # loaded once: a larger one that was chosen since stays
            call_command("load_places", stdout=self.stdout)
        call_command("load_demo", stdout=self.stdout)
        self._stopping = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        manage = str(Path(settings.BASE_DIR) / "manage.py")
        children = [self._start(port, manage, "runserver", f"127.0.0.1:{port}"), self._start(port, manage, "db_worker")]
        self._say(port)
        try:
            self._wait(children)
        finally:
            _end(children)
        self.stdout.write("Stopped.")

    def _port_must_be_free(self, port):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise CommandError(f"Port {port} is taken. Stop what uses it, or run: .venv/bin/python manage.py dev --port 8001") from None

    def _start(self, port, *command):
        # A session of its own: Ctrl-C reaches us alone, and we end the child with all it started.
        environment = {"SITE_URL": f"http://127.0.0.1:{port}", **os.environ}
        return subprocess.Popen([sys.executable, *command], start_new_session=True, stdout=subprocess.DEVNULL, env=environment)  # noqa: S603

    def _say(self, port):
        lines = [
            "",
            f"The site: http://127.0.0.1:{port}",
            f"The mail it sends: http://127.0.0.1:{port}/dev-mail/",
            f"The admin: http://127.0.0.1:{port}/admin/ (the password of all: {demo.PASSWORD})",
            *(f"  {line}" for line in demo.sign_ins()),
            "Ctrl-C stops it.",
            "",
        ]
        self.stdout.write("\n".join(lines))

    def _stop(self, *args):
        self._stopping = True

    def _wait(self, children):
        next_jobs = 0.0
        while not self._stopping:
            if any(child.poll() is not None for child in children):
                raise CommandError("The server or the task worker ended; the other was stopped too.")
            if time.monotonic() >= next_jobs:
                call_command("run_due", stdout=_Quiet())
                next_jobs = time.monotonic() + JOBS_EVERY
            time.sleep(0.2)


class _Quiet:
    """Takes what a job says and drops it: the terminal shows requests."""

    def write(self, text):
        return len(text)

    def flush(self):
        return None

    def isatty(self):
        return False


def _end(children):
    """Ask all children to end, with all they started; after five seconds, make them."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for child in children:
            try:
                os.killpg(child.pid, number)
            except ProcessLookupError:
                continue
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and any(child.poll() is None for child in children):
            time.sleep(0.05)
        if all(child.poll() is not None for child in children):
            return
