"""Run a benchmark on a private PostgreSQL server with fsync on: ``python bench/on_postgresql.py bench/lists.py [arguments]``."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))


def main() -> int:
    """Start the server, run the script with ZHICHENG_DATABASE set, stop the server."""
    from tests.databases import PostgresCluster, PostgresSocket

    if len(sys.argv) < 2:
        print(__doc__)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)  # user postgres must reach its own folder below
        cluster = PostgresCluster(Path(folder) / "postgresql", durable=True)
        cluster.start()
        try:
            server = PostgresSocket(Path(folder) / "postgresql")
            server.create("bench")
            environment = {**os.environ, "ZHICHENG_DATABASE": server.url("bench")}
            return subprocess.run([sys.executable, *sys.argv[1:]], env=environment, check=False).returncode
        finally:
            cluster.stop()


if __name__ == "__main__":
    sys.exit(main())
