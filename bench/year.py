"""The example year: figures, PDF, DOCX, HTML and bundle under 10 s together; verification under 5 s; audit under 15 s.

Loads ``examples/gas_meters`` into a temporary folder (SQLite, or the empty PostgreSQL database of ZHICHENG_DATABASE).
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

LIMITS = {"publish": 10.0, "verify": 5.0, "audit": 15.0}


def main() -> None:
    """Print each time beside its limit."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["ZHICHENG_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "zhicheng.config.settings"
        sys.path.insert(0, str(Path(__file__).parent.parent))
        import django

        django.setup()
        from django.db import connection

        from examples.gas_meters import load
        from zhicheng.core import setup
        from zhicheng.core.audit import audit
        from zhicheng.core.process import registry
        from zhicheng.ledger import keys
        from zhicheng.proof.verify import verify_bundle
        from zhicheng.reports.publish import publish

        setup.migrate()
        start = time.perf_counter()
        load.load()
        print(f"{connection.vendor}: example loaded in {time.perf_counter() - start:.1f} s")
        report = registry["report.report"].model.objects.get()
        start = time.perf_counter()
        done = publish(report, by=load.publisher())
        times = {"publish": time.perf_counter() - start}
        start = time.perf_counter()
        verdict = verify_bundle(
            done.folder / "bundle.zip", (done.folder / "report.pdf").read_bytes(), keys.fingerprint()
        )
        times["verify"] = time.perf_counter() - start
        start = time.perf_counter()
        findings = audit().findings
        times["audit"] = time.perf_counter() - start
        for name, limit in LIMITS.items():
            print(
                f"{name:<8} {times[name]:5.1f} s, limit {limit:.0f} s: {'kept' if times[name] < limit else 'MISSED'}"
            )
        size = (done.folder / "bundle.zip").stat().st_size / 2**20
        print(f"verdict exit {verdict.exit}, audit findings {len(findings or [])}, bundle {size:.0f} MB")
        connection.close()


if __name__ == "__main__":
    main()
