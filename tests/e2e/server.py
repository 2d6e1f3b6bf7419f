"""The site as production runs it: DEBUG off, gunicorn, WhiteNoise, collected static files, a database of its own; gone afterwards."""

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 30  # seconds until it has to answer


@dataclass(frozen=True)
class Server:
    """Where it answers, and what there is to open: samples by name, and the addresses of all other texts."""

    url: str
    samples: dict[str, str] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    mail: Path = Path()  # the folder of mail that went out
    rooms: dict[str, list[str]] = field(default_factory=dict)  # name: address and session of who may see it

    def letters_to(self, address: str) -> list[str]:
        """Return the texts of all mail that went to an address, oldest first."""
        files = sorted(self.mail.glob("*.log"), key=lambda file: file.stat().st_mtime_ns)
        return [file.read_text(encoding="utf-8") for file in files if f"To: {address}" in file.read_text(encoding="utf-8")]

    def of(self, name: str) -> str:
        """Return the whole address of a sample."""
        return self.url + self.samples[name]


def free_port() -> int:
    """Return a port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(folder: Path):
    """Prepare everything in a folder, start the site, yield it, stop it."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "DJANGO_SETTINGS_MODULE": "tests.e2e.settings",
        "DEBUG": "0",
        "SECRET_KEY": "only-for-browser-tests-and-long-enough-to-be-one-0123456789",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": url,
        "DATABASE_URL": f"sqlite:///{folder / 'e2e.sqlite3'}",
        "STATIC_ROOT": str(folder / "static"),
        "OPERATOR_NAME": "Example Association",
        "OPERATOR_ADDRESS": "1 Example Road, Exampletown",
        "OPERATOR_EMAIL": "hello@example.org",
        "SECURITY_EMAIL": "safety@example.org",
        "CACHE_URL": "",
        "LOG_LEVEL": "WARNING",
        "TIME_ZONE": "UTC",
        "E2E_MAIL": str(folder / "mail"),
        "E2E_MEDIA": str(folder / "media"),
    }
    written = folder / "pages.json"
    subprocess.run([sys.executable, "-m", "tests.e2e.prepare", str(written)], cwd=ROOT, env=environment, check=True)
    with (folder / "server.log").open("w") as log:
        gunicorn = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "4"]
        process = subprocess.Popen([*gunicorn, "oms_community.wsgi"], cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            _wait(url, process, folder / "server.log")
            yield Server(url, mail=folder / "mail", **json.loads(written.read_text(encoding="utf-8")))
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(url: str, process: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(f"{url}/health/alive/", timeout=5):
                return
        except OSError:  # refused, or slow: a busy machine takes its time
            time.sleep(0.1)
    raise RuntimeError(f"The site does not answer:\n{log.read_text()[-3000:]}")
