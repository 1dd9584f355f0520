"""The short form of ``bench/faults.py``."""

from tests.conftest import KIND
from tests.reliability.running import bench


def test_each_fault_is_found_by_whom_it_should_be_and_nothing_stays_nothing(fresh_database: str) -> None:
    counts = bench("faults.py", "--part", "100", database=fresh_database)
    cells = counts["cells"]
    assert counts["wrong"] == 0, cells
    zeros = {name: cell for name, cell in cells.items() if name.endswith("nothing")}
    assert len(zeros) == 5
    assert not any(inside or outside for inside, outside, _of in zeros.values())
    if KIND == "sqlite":
        assert counts["bits"]["missed"] == 0
