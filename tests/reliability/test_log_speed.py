"""The short form of ``bench/log_speed.py``: that it runs and finds its figures; memory is limited, time is for the benchmark."""

from tests.conftest import KIND
from tests.reliability.running import bench


def test_the_log_costs_a_bounded_share_and_a_long_log_stays_quick(fresh_database: str) -> None:
    found = bench(
        "log_speed.py", "--short", "--entries", "4000", "--only", "single", "bulk", "eight", "long",
        database=fresh_database,
    )  # fmt: skip
    # How fast is for the benchmark to say: a busy machine proves nothing about it. Here it must run and find figures.
    names = [
        "single ratio",
        "bulk ratio",
        "inclusion proof, median ms",
        "checkpoint of 1 new, long log, ms",
        "audit, entries /s",
    ]
    assert all(found[name] > 0 for name in names)
    assert KIND != "postgresql" or found["eight writers, entries /s"] > 0


def test_the_verifier_keeps_to_its_memory_and_pace() -> None:
    found = bench("log_speed.py", "--short", "--only", "verifier")
    assert found["verifier peak memory, MB"] < 100
