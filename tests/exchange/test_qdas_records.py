"""Q-DAS files on the command line, and as studies and subgroups."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from django.core.exceptions import ValidationError

from tests.processes.test_spc import chart
from zhicheng.exchange.qdas import read_qdas
from zhicheng.exchange.qdas_cli import qdas
from zhicheng.exchange.qdas_records import studies_from, subgroups_from
from zhicheng.processes.study.computing import kept, recomputed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.house import House

VALUES = [f"{10 + ((i * 37) % 23 - 11) / 500:.3f}" for i in range(100)]
DFQ = "\r\n".join(["K0100 2", "K1001 4711", "K1002 壳体", "K2002/1 外径", "K2142/1 mm", "K2101/1 10", "K2110/1 9.9", "K2111/1 10.1",
                   "K2002/2 长度", *(f"{v}\x140\x145.7.2026/10:48:7\x0f50.{i:02d}" for i, v in enumerate(VALUES))]).encode()  # fmt: skip


def test_each_characteristic_with_limits_becomes_a_study(house: House) -> None:
    (study,) = studies_from(read_qdas(DFQ), "a.dfq", by=house.actor("inspector"))
    study = house.fresh(study)
    assert (study.subject, study.unit, study.observations) == ("壳体 外径", "mm", 100)
    assert (study.lower, study.upper, study.target) == (Decimal("9.9"), Decimal("10.1"), Decimal(10))
    assert recomputed(study) == kept(study)


def test_a_file_without_limits_opens_no_study(house: House) -> None:
    bare = read_qdas(b"K0100 1\nK1001 P\nK2002/1 a\n1\n2\n")
    with pytest.raises(ValidationError, match="没有既有规格限又有测得值"):
        studies_from(bare, "b.dfq", by=house.actor("inspector"))


def test_readings_become_subgroups_in_order(house: House) -> None:
    on = chart(house)
    taken: list[Any] = subgroups_from(read_qdas(DFQ), on, by=house.actor("inspector"))
    assert len(taken) == 20
    assert [row["value"] for row in taken[0].values] == [int(Decimal(v) * 10**4) for v in VALUES[:5]]
    assert taken[0].occurred_on.isoformat() == "2026-07-05"
    with pytest.raises(ValidationError, match="没有特性“厚度”"):
        subgroups_from(read_qdas(DFQ), on, by=house.actor("inspector"), characteristic="厚度")
    odd = read_qdas("K0100 1\nK1001 P\nK2002/1 外径\n10\n10.1\n".encode())
    with pytest.raises(ValidationError, match="不能分成每组 5 个"):
        subgroups_from(odd, on, by=house.actor("inspector"))


def test_the_command_goes_there_and_back(tmp_path: Path) -> None:
    (tmp_path / "a.dfq").write_bytes(DFQ)
    for source, target in (("a.dfq", "b.dfd"), ("b.dfd", "c.dfq"), ("c.dfq", "d.csv"), ("d.csv", "e.dfq")):
        done = CliRunner().invoke(qdas, [str(tmp_path / source), str(tmp_path / target)])
        assert done.exit_code == 0, done.output
        assert "2 个特性，100 行" in done.output
    first, again, last = (read_qdas((tmp_path / name).read_bytes()) for name in ("a.dfq", "c.dfq", "e.dfq"))
    assert again.rows == first.rows
    assert (
        [again.values(at) for at in (0, 1)]
        == [last.values(at) for at in (0, 1)]
        == [first.values(at) for at in (0, 1)]
    )
    wrong = CliRunner().invoke(qdas, [str(tmp_path / "a.dfq"), str(tmp_path / "x.doc")])
    assert wrong.exit_code == 1
    assert "不认识的输出格式" in wrong.output


def test_a_file_is_imported_by_command_all_or_nothing(house: House, tmp_path: Path) -> None:
    from tests.web.conftest import accounts
    from zhicheng.config.commands import CommandRefused, import_qdas
    from zhicheng.core.process import registry

    accounts(house)
    on = chart(house)
    path = tmp_path / "a.dfq"
    path.write_bytes(DFQ)
    assert "新建 1 条" in import_qdas(path, "study.study", "inspector")
    assert "新建 20 条" in import_qdas(path, on.number, "inspector")
    with pytest.raises(CommandRefused, match="没有控制图 KZ-9999"):
        import_qdas(path, "KZ-9999", "inspector")
    with pytest.raises(CommandRefused):
        import_qdas(path, "study.study", "purchasing")
    studies = registry["study.study"].model.objects
    assert studies.count() == 1
    path.write_bytes(DFQ.replace(b"K2111/1 10.1", b"K2111/1 9.1"))
    with pytest.raises(CommandRefused, match="大于规格下限"):
        import_qdas(path, "study.study", "inspector")
    assert studies.count() == 1
