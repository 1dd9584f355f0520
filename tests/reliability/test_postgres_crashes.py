"""The short form of ``bench/postgres_crashes.py``. It has a server of its own and so runs once, whatever the tests' database."""

import pytest

from tests.reliability.running import bench


@pytest.mark.proves("E-9.1")
def test_nothing_is_lost_when_the_server_dies_or_ten_write_at_once() -> None:
    found = bench("postgres_crashes.py", "--crashes", "2", "--each", "4", "--control", "1")
    assert (found["immediate_stops"], found["postmaster_killed"]) == (1, 1)
    assert found["acknowledged"] > 0
    assert found["shared_updates"] == 20
    assert (found["lost"], found["broken"], found["control_broken"]) == (0, 0, 0)
    assert found["control_lost"] > 0
