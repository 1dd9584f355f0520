"""The short form of ``bench/postgres_crashes.py``. It has a server of its own and so runs once, whatever the tests' database."""

import pytest

from tests.reliability.running import bench
from tests.reliability.witness import Told, out_of_order


@pytest.mark.proves("E-9.1")
def test_nothing_is_lost_when_the_server_dies_or_ten_write_at_once() -> None:
    found = bench("postgres_crashes.py", "--crashes", "2", "--each", "4", "--control", "1")
    assert (found["immediate_stops"], found["postmaster_killed"]) == (1, 1)
    assert found["acknowledged"] > 0
    assert found["shared_updates"] == 20
    assert (found["lost"], found["broken"], found["control_broken"]) == (0, 0, 0)
    assert found["control_lost"] > 0


def test_an_entry_before_one_that_was_acknowledged_earlier_is_seen() -> None:
    def told(seq: int, began: int, ended: int) -> Told:
        return Told(f"L-{seq}", "inspection.lot", seq, 1, seq, began, ended)

    overlapping = [told(2, 0, 10), told(1, 5, 20), told(3, 11, 15), told(4, 20, 30)]
    assert out_of_order(overlapping) == []
    assert out_of_order([]) == []
    late = told(5, 31, 40)
    assert out_of_order([late, *overlapping]) == []
    early = told(0, 11, 40)
    assert out_of_order([*overlapping, early]) == [
        "L-0 version 1 is entry 0, begun after entry 2 was acknowledged"
    ]
