"""The short form of ``bench/disk_faults.py``: of one lot's appends every eleventh operation fails."""

import pytest

from tests.reliability.running import bench


@pytest.mark.proves("E-9.1")
def test_a_full_or_failing_disk_refuses_cleanly_and_the_next_append_works() -> None:
    found = bench("disk_faults.py", "--lots", "1", "--stride", "11")
    assert found["broken"] == 0
    for mode in ("rollback FULL", "WAL FULL"):
        for fault in ("full", "full for good", "error", "error for good"):
            failed, refused, broken = found[f"{mode}, {fault}"]
            assert failed > 0
            assert (refused, broken) == (failed, 0)
    assert found["control broken"] > 0
    assert found["attachments"][:2] == [4, 4]
