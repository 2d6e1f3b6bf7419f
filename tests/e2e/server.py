"""The site as production runs it: DEBUG off, gunicorn, WhiteNoise, collected static files, a database of its own; gone afterwards.

What it shows takes a minute to make, so that tests/run.py lets it be made once, while other tests run: `python -m tests.e2e.server FOLDER`.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 30  # seconds until it has to answer
PREPARED_IN = 600  # seconds until what it shows has to be there
PREPARED = "E2E_PREPARED"  # in the environment: the folder where another process makes what is shown
PAGES, FAILED, DATABASE = "pages.json", "failed.txt", "e2e.sqlite3"


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


def environment(folder: Path, url: str, *, static: Path) -> dict[str, str]:
    """Return the environment of a site with its database in a folder. static: the collected files."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "DJANGO_SETTINGS_MODULE": "tests.e2e.settings",
        "DEBUG": "0",
        "SECRET_KEY": "only-for-browser-tests-and-long-enough-to-be-one-0123456789",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": url,
        "DATABASE_URL": f"sqlite:///{folder / DATABASE}",
        "STATIC_ROOT": str(static),
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


def prepare(folder: Path) -> None:
    """Make what the site shows in a folder; its list of pages comes last. Raises CalledProcessError."""
    making = environment(folder, "http://127.0.0.1", static=folder / "static")
    written = folder / "being-made.json"
    subprocess.run([sys.executable, "-m", "tests.e2e.prepare", str(written)], cwd=ROOT, env=making, check=True)
    written.rename(folder / PAGES)


@contextmanager
def prepared_beside() -> Iterator[dict[str, str]]:
    """Let what the site shows be made in a process beside; yield the environment that tells the tests where. Gone afterwards."""
    with TemporaryDirectory() as folder:
        process = subprocess.Popen([sys.executable, "-m", "tests.e2e.server", folder], cwd=ROOT)
        try:
            yield {PREPARED: folder}
        finally:
            process.terminate()
            process.wait()


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """Start the site in a folder with what another process has prepared, or else we, yield it, stop it."""
    made = Path(os.environ.get(PREPARED) or folder)
    if made == folder:
        prepare(folder)
    else:
        _wait_for(made)
        shutil.copy(made / DATABASE, folder)  # each has its own to write into
        if (made / "media").exists():
            shutil.copytree(made / "media", folder / "media")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with (folder / "server.log").open("w") as log:
        gunicorn = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "4"]
        here = environment(folder, url, static=made / "static")
        process = subprocess.Popen([*gunicorn, "oms_community.wsgi"], cwd=ROOT, env=here, stdout=log, stderr=log)
        try:
            _wait(url, process, folder / "server.log")
            yield Server(url, mail=folder / "mail", **json.loads((made / PAGES).read_text(encoding="utf-8")))
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(made: Path) -> None:
    """Wait until another process has made what the site shows. Raises RuntimeError with what it said when it failed."""
    end = time.monotonic() + PREPARED_IN
    while not (made / PAGES).exists():
        if (made / FAILED).exists():
            raise RuntimeError(f"The site could not be prepared: {(made / FAILED).read_text(encoding='utf-8')}")
        if time.monotonic() > end:
            raise RuntimeError(f"The site was not prepared within {PREPARED_IN} seconds.")
        time.sleep(0.2)


def _wait(url: str, process: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(f"{url}/health/alive/", timeout=5):
                return
        except OSError:  # refused, or slow: a busy machine takes its time
            time.sleep(0.1)
    raise RuntimeError(f"The site does not answer:\n{log.read_text()[-3000:]}")


if __name__ == "__main__":
    try:
        prepare(Path(sys.argv[1]))
    except (subprocess.CalledProcessError, OSError) as error:
        (Path(sys.argv[1]) / FAILED).write_text(str(error), encoding="utf-8")
        raise
