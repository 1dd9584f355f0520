"""The short form of ``bench/log_speed.py``: a tenth of its sizes and less, with limits that hold on a busy machine."""

from tests.conftest import KIND
from tests.reliability.running import bench


def test_the_log_costs_a_bounded_share_and_a_long_log_stays_quick(fresh_database: str) -> None:
    found = bench(
        "log_speed.py", "--short", "--entries", "4000", "--only", "single", "bulk", "eight", "long",
        database=fresh_database,
    )  # fmt: skip
    assert found["single ratio"] > 0.1
    assert found["bulk ratio"] > 0.05
    assert found["inclusion proof, median ms"] < 20
    assert found["checkpoint of 1 new, long log, ms"] < found["checkpoint over all that is new, s"] * 1000
    assert found["audit, entries /s"] > 1000
    if KIND == "postgresql":
        assert found["eight writers, entries /s"] > 50


def test_the_verifier_keeps_to_its_memory_and_pace() -> None:
    found = bench("log_speed.py", "--short", "--only", "verifier")
    assert found["verifier peak memory, MB"] < 100
