"""A Q-DAS file on its page: looked at, confirmed once, refused with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from tests.exchange.test_qdas_records import DFQ, VALUES
from tests.processes.test_spc import SUBGROUP, chart
from zhicheng.core.process import registry

if TYPE_CHECKING:
    from django.test import Client

    from tests.house import House

Enter = Callable[[str], "Client"]
STUDY = registry["study.study"]


def sent(content: bytes = DFQ) -> Any:
    file = BytesIO(content)
    file.name = "壳体.dfq"
    return file


def test_subgroups_are_looked_at_and_written_once(house: House, enter: Enter) -> None:
    on, client = chart(house), enter("inspector")
    assert "/spc.subgroup/qdas" in client.get("/spc.subgroup/").content.decode()
    seen = client.post("/spc.subgroup/qdas", {"upload": sent(), "chart": on.number})
    assert [(one.name, one.readings, one.opens) for one in seen.context["lines"]] == [("外径", 100, 20)]
    assert SUBGROUP.model.objects.count() == 0
    form = {name: seen.context[name] for name in ("file", "chart", "token")} | {"confirm": "1"}
    first, again = (client.post("/spc.subgroup/qdas", form) for _ in range(2))
    assert first["Location"] == again["Location"] == f"/spc.chart/{on.number}/"
    taken = SUBGROUP.model.objects.order_by("k")
    assert taken.count() == 20
    assert taken[0].values[0]["value"] == round(float(VALUES[0]) * 10**4)


def test_each_characteristic_with_limits_becomes_a_study(house: House, enter: Enter) -> None:
    client = enter("inspector")
    seen = client.post("/study.study/qdas", {"upload": sent()})
    assert [(one.name, one.opens) for one in seen.context["lines"]] == [("外径", 1), ("长度", 0)]
    assert "没有规格限，不建研究" in seen.content.decode()
    done = client.post(
        "/study.study/qdas", {"file": seen.context["file"], "token": seen.context["token"], "confirm": "1"}
    )
    study = STUDY.model.objects.get()
    assert (done["Location"], study.subject) == (f"/study.study/{study.number}/", "壳体 外径")


def test_what_cannot_be_taken_is_refused_with_a_sentence(
    house: House, enter: Enter, monkeypatch: Any
) -> None:
    from zhicheng.exchange import qdas_records

    on, client = chart(house), enter("inspector")
    wrongs: list[tuple[dict[str, Any], str]] = [
        ({"upload": sent(), "chart": "KZ-9"}, "没有编号为“KZ-9”的控制图"),
        ({"upload": sent(b"PK\x03\x04 nothing"), "chart": on.number}, "这不是 Q-DAS 文件"),
        (
            {"upload": sent("K0100 1\nK1001 P\nK2002/1 厚度\n1\n".encode()), "chart": on.number},
            "文件里没有特性“外径”",
        ),
        ({"chart": on.number}, "请选择文件"),
        ({"file": "forged", "chart": on.number}, "预览已过期"),
    ]
    for form, said in wrongs:
        answer = client.post("/spc.subgroup/qdas", form)
        assert (answer.status_code, said in answer.content.decode()) == (422, True), said
    monkeypatch.setattr(qdas_records, "MOST", 19)
    assert (
        "一次最多 19 条"
        in client.post("/spc.subgroup/qdas", {"upload": sent(), "chart": on.number}).content.decode()
    )
    assert client.get("/inspection.lot/qdas").status_code == 403
    assert SUBGROUP.model.objects.count() == 0
