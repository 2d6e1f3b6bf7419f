"""Run a command inside a private PostgreSQL cluster: a socket in a temporary folder, no network port, gone afterwards.

python -m tests.postgres COMMAND [ARGUMENT ...]   sets DATABASE_URL for the command. Tests and benches use it.
"""

import getpass
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"  # data of tests may be lost in a power cut


def binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL server on this machine, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


@contextmanager
def cluster():
    """Start a cluster, yield a DATABASE_URL for it, stop it and remove its files."""
    folder = binaries()
    if folder is None:
        raise RuntimeError("PostgreSQL's server is not installed.")
    root = os.geteuid() == 0
    owner = "postgres" if root else getpass.getuser()
    # initdb refuses root: the package's own account runs the server then.
    as_owner = ["runuser", "-u", "postgres", "--"] if root else []
    home = Path(tempfile.mkdtemp(prefix="pg-"))
    if root:
        shutil.chown(home, "postgres")
    data = home / "data"

    def run(*command: str) -> None:
        subprocess.run([*as_owner, *command], check=True, stdout=subprocess.DEVNULL, cwd="/")

    try:
        run(f"{folder}/initdb", "-D", str(data), "-A", "trust", "-U", owner, "-E", "UTF8", "--locale=C.UTF-8", "-N")
        run(f"{folder}/pg_ctl", "-D", str(data), "-w", "-l", str(home / "log"), "-o", f"-k {home} -c listen_addresses= {FAST}", "start")
        try:
            run(f"{folder}/createdb", "-h", str(home), "-U", owner, "oms")
            yield f"postgresql:///oms?host={home}&user={owner}"
        finally:
            run(f"{folder}/pg_ctl", "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    with cluster() as url:
        sys.exit(subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": url}).returncode)
