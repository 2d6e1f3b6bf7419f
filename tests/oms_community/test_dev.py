"""`manage.py dev`: one command from nothing to a served page, and a clean stop."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(port, database):
    inherited = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    environment = {**inherited, "DEBUG": "1", "DATABASE_URL": f"sqlite:///{database}", "SITE_URL": f"http://127.0.0.1:{port}"}
    return subprocess.Popen(
        [sys.executable, "manage.py", "dev", "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """A file that is not there yet: whoever comes first starts from nothing, and the others on what is there."""
    return tmp_path_factory.mktemp("dev") / "dev.sqlite3"


def stop(process):
    """End what a failed test left, whatever it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=20)


def answer(port, path, seconds=300):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as response:
                return response.read().decode()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.3)
    raise AssertionError("The server did not answer.")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP], ids=["Ctrl-C", "closed terminal"])
def test_it_serves_the_reference_and_stops_cleanly(database, number):
    port = free_port()
    process = start(port, database)
    try:
        assert "<h1" in answer(port, "/")
        assert '"worker": true' in answer(port, "/health/")
        os.kill(process.pid, number)
        output, _nothing = process.communicate(timeout=20)
    finally:
        stop(process)
    assert process.returncode == 0, output
    assert f"The site: http://127.0.0.1:{port}" in output
    assert "editor@demo.example" in output
    assert output.rstrip().endswith("Stopped.")
    with pytest.raises(OSError), socket.create_connection(("127.0.0.1", port), timeout=2):
        pass


def test_a_taken_port_is_one_clear_line(database):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start(taken.getsockname()[1], database)
        output, _nothing = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "is taken. Stop what uses it" in output
    assert "Traceback" not in output


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="This test looks for child processes as Linux shows them.")
def test_when_the_server_dies_the_command_fails_and_leaves_nothing_running(database):
    port = free_port()
    process = start(port, database)
    try:
        answer(port, "/")
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
        os.kill(int(children[0]), signal.SIGKILL)
        output, _nothing = process.communicate(timeout=20)
    finally:
        stop(process)
    assert process.returncode == 1
    assert "the other was stopped too" in output
    assert all(not Path(f"/proc/{child}").exists() for child in children)
