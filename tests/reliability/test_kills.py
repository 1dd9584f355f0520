"""The short form of ``bench/kills.py``."""

import pytest

from tests.reliability.running import bench


@pytest.mark.proves("E-9.1")
def test_nothing_is_lost_or_half_written_when_writers_are_killed(fresh_database: str) -> None:
    counts = bench("kills.py", "--kills", "20", database=fresh_database)
    assert counts["kills"] >= 20
    assert counts["acknowledged"] > 0
    assert (counts["lost"], counts["broken"]) == (0, 0)


def test_a_writer_that_tells_before_it_commits_is_caught(fresh_database: str) -> None:
    counts = bench("kills.py", "--kills", "20", "--control", database=fresh_database)
    assert counts["lost"] > 0
