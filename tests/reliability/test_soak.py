"""The short form of ``bench/soak.py``; how quick and how large it is, is measured there."""

import pytest

from tests.reliability.running import bench


@pytest.mark.proves("E-9.2")
def test_under_mixed_load_the_log_stays_whole_each_time_it_is_looked_at(fresh_database: str) -> None:
    short = ("--seconds", "8", "--verify-every", "3", "--pause", "0.05", "--limit", "1e9", "--slack", "1e9")
    found = bench("soak.py", *short, database=fresh_database)
    assert (found["findings"], found["errors"]) == (0, 0)
    assert found["looked"] >= 2
    assert set(found["answers"]) <= {"200", "201", "409", "503"}
    assert found["entries"] > 30
