"""The short form of ``bench/power_cuts.py``. It has a disk of its own and so runs once, whatever the tests' database."""

import pytest

from tests.reliability.running import bench


@pytest.mark.proves("E-9.1")
def test_what_was_acknowledged_outlives_a_power_cut_where_sqlite_syncs_fully() -> None:
    found = bench("power_cuts.py", "--cuts", "200", "--lots", "20")
    for mode in ("rollback FULL", "WAL FULL"):
        cuts, whole, _lost, _broken = found[mode]
        assert (cuts, whole) == (200, 200)
    for mode in ("rollback OFF (control)", "WAL NORMAL (control)", "WAL OFF (control)"):
        _cuts, _whole, lost, broken = found[mode]
        assert lost + broken > 0
    assert found["WAL NORMAL (control)"][2] > 0
