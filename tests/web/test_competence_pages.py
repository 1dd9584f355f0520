"""The matrix of people and skills, and signing in to a training by its QR code (M14)."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.house import today
from tests.processes.test_competence import DAY, certify, rule, skill
from tests.processes.test_training import assessed, session
from zhicheng.core.process import registry
from zhicheng.core.writers import amend, open_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.house import House


def post(house: House, role: str, *skills: Any) -> Any:
    """A post that demands the skills, held by the person of this role."""
    by = house.actor("quality_manager")
    facts = {"name": f"岗位 {role}", "required": [{"skill": s.name} for s in skills]}
    made = open_record(registry["org.post"], facts, by=by)
    person = house.people[role]
    house.people[role] = amend(person, {"post": made}, by=by, version=person.version)
    return made


def row_of(page: str, name: str) -> list[str]:
    """The classes of a person's cells."""
    line = next(part for part in page.partition("<tbody>")[2].split("<tr>") if f">{name}<" in part)
    return re.findall(r'<td(?: class="(\w+)")?>', line)


@pytest.mark.proves("K-5.5.10", "J-4.2.17")
def test_the_matrix_says_who_has_what_and_what_lapses_next(
    house: House, enter: Callable[[str], Client]
) -> None:
    one, two, three = (skill(house, n) for n in ("外观", "量具", "焊接"))
    made = post(house, "inspector", one, three)
    certify(house, "inspector", one, valid_until=today() + 400 * DAY)
    certify(house, "inspector", two, valid_until=today() - DAY)
    soon = certify(house, "production", one, valid_until=today() + 30 * DAY)
    house.perform(certify(house, "production", two), "suspend", "quality_manager", reason="违规")
    certify(house, "sales", three)
    client = enter("inspector")
    page = client.get("/people/matrix").content.decode()
    assert row_of(page, "人员3") == ["ok", "lapsed", "missing"]
    assert row_of(page, house.people["production"].name) == ["soon", "stopped", ""]
    assert f"{soon.valid_until:%Y-%m-%d}" in page
    assert page.index(f"{today() - DAY} 已到期") < page.index(f"{soon.valid_until}")
    only = client.get("/people/matrix", {"post": made.number, "q": "人员"}).content.decode()
    assert f">{house.people['production'].name}<" not in only.partition("<tbody>")[2]
    assert "没有可列的人员或能力" in client.get("/people/matrix", {"kind": "licence"}).content.decode()
    assert client.get("/people/matrix?page=99").status_code == 200
    login(client, "stranger")
    assert client.get("/people/matrix").status_code == 403


def test_the_matrix_goes_into_a_workbook_and_asks_the_same_whoever_is_shown(
    house: House, enter: Callable[[str], Client]
) -> None:
    import openpyxl

    wanted = skill(house, "外观")
    certify(house, "inspector", wanted, valid_until=today() + 400 * DAY)
    client = enter("quality_manager")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/people/matrix.xlsx").content))
    rows = [[c.value for c in row] for row in book.active.iter_rows()]
    assert rows[0] == ["工号", "姓名", "部门", "岗位", "外观"]
    line = next(r for r in rows if r[1] == "人员3")
    assert line[4] == dt.datetime.combine(today() + 400 * DAY, dt.time())
    with CaptureQueriesContext(connection) as few:
        client.get("/people/matrix")
    for role in ("production", "sales", "purchasing"):
        post(house, role, wanted)
        certify(house, role, wanted)
    with CaptureQueriesContext(connection) as many:
        client.get("/people/matrix")
    assert len(many) == len(few)


def test_a_post_names_skills_that_exist(house: House) -> None:
    from django.core.exceptions import ValidationError

    wanted = skill(house, "外观")
    by = house.actor("quality_manager")
    made = open_record(registry["org.post"], {"name": "检验", "required": [{"skill": wanted.number}]}, by=by)
    assert made.required == [{"skill": "外观", "number": wanted.number}]
    with pytest.raises(ValidationError, match="没有编号或名称为“钳工”的能力"):
        amend(made, {"required": [{"skill": "钳工"}]}, by=by, version=1, reason="x")


def test_who_scans_the_code_is_present_and_nobody_without_it(
    house: House, enter: Callable[[str], Client]
) -> None:
    made = house.perform(session(house, who=("inspector",)), "begin", "quality_manager")
    board = enter("quality_manager")
    page = board.get(f"/trainings/{made.number}/sign-in").content.decode()
    (path,) = re.findall(r"https?://testserver(/trainings/[^<]+)", page)
    assert "<svg" in page
    phone = board
    login(phone, "inspector")
    assert phone.get(f"/trainings/{made.number}/sign-in").status_code == 403
    assert phone.get(f"/trainings/{made.number}/present/wrong").status_code == 404
    assert (
        phone.post(f"/competence.session/{made.number}/sign_in", {"version": made.version}).status_code == 422
    )
    assert "人员3 签到" in phone.get(path).content.decode()
    assert "人员3 已签到" in phone.post(path, follow=True).content.decode()
    login(phone, "production")
    phone.post(path)
    phone.post(path)
    made = house.fresh(made)
    assert [(r["name"], r["present"], bool(r["came_at"])) for r in made.attendees] == [
        ("人员3", True, True), (house.people["production"].name, True, True),
    ]  # fmt: skip
    login(board, "quality_manager")
    assert "未到" not in board.get(f"/trainings/{made.number}/sign-in?part").content.decode()
    house.perform(made, "end_sign_in", "quality_manager", {"attendees": made.attendees})
    assert phone.get(path).status_code == 404
    assert "现在没有在签到" in board.get(f"/trainings/{made.number}/sign-in").content.decode()


def login(client: Client, role: str) -> None:
    from zhicheng.core.account import Account

    client.force_login(
        Account.objects.get(username=role), backend="django.contrib.auth.backends.ModelBackend"
    )


def test_a_form_says_before_it_is_filled_in_that_one_is_not_qualified(
    house: House, enter: Callable[[str], Client]
) -> None:
    rule(house, skill(house), "inspection.lot/open")
    page = enter("inspector").get("/inspection.lot/new").content.decode()
    assert "没有“外观检验”的资质" in page
    assert '<form class="entry"' not in page


@pytest.mark.proves("J-4.2.17")
def test_everybody_has_a_file_that_oneself_and_the_trainers_read(
    house: House, enter: Callable[[str], Client]
) -> None:
    wanted = skill(house, "外观")
    made = session(house, "标准宣贯", ("inspector", "production"), skill=wanted, pass_mark=60)
    assessed(house, made, {"inspector": 95, "production": 40})
    session(house, "消防演练", ("inspector",))
    person = house.people["inspector"]
    client = enter("inspector")
    text = re.sub(r"<[^>]+>", " ", client.get(f"/people/{person.number}/file").content.decode())
    said = " ".join(text.split())
    assert "2 次，2.5 学时" in said
    assert "标准宣贯 2.5 95 合格 奖励" in said
    assert "消防演练 2.5 待培训" in said
    other = house.people["production"].number
    assert client.get(f"/people/{other}/file").status_code == 403
    assert f'/people/{person.number}/file"' in client.get(f"/org.person/{person.number}/").content.decode()
    login(client, "quality_manager")
    text = client.get(f"/people/{other}/file").content.decode()
    assert "不合格" in text
    assert "没有登记资质" in text


@pytest.mark.proves("K-5.5.10")
def test_the_api_says_the_same_as_the_page(house: House, enter: Callable[[str], Client]) -> None:
    from tests.api.company import Caller
    from zhicheng.core.account import Account, ApiToken

    wanted, lot = skill(house), house.lot()
    rule(house, wanted)
    enter("inspector")
    api = Caller(ApiToken.issue(Account.objects.get(username="inspector"), "tests", "*"))
    _status, said = api.get(f"inspection.lot/{lot.number}")
    judge = next(act for act in said["acts"] if act["act"] == "judge")
    assert judge["missing"][0]["record"]["number"] == wanted.number
    facts = {"sample_size": "10", "nonconforming": "0", "verdict": "accepted"}
    status, said = api.post(f"inspection.lot/{lot.number}/judge", {"version": 1, "facts": facts})
    assert status == 409
    assert "没有“外观检验”的资质" in said["message"]
    certify(house, "inspector", wanted)
    assert api.post(f"inspection.lot/{lot.number}/judge", {"version": 1, "facts": facts})[0] == 200


@pytest.mark.proves("C-5.2")
def test_the_gaps_in_what_auditors_must_know_are_seen_and_closed_by_training(
    house: House, enter: Callable[[str], Client]
) -> None:
    """C-5.2: artificial intelligence, software, intellectual property, information security, as skills that the post demands."""
    fields = [skill(house, n, months=12) for n in ("人工智能", "软件", "知识产权", "信息安全")]
    post(house, "inspector", *fields)
    certify(house, "inspector", fields[1])
    certify(house, "inspector", fields[3], obtained_on=today() - 400 * DAY)
    client = enter("quality_manager")
    page = client.get("/people/matrix").content.decode()
    assert row_of(page, "人员3") == ["missing", "ok", "missing", "lapsed"]
    assessed(house, session(house, "信息安全更新", ("inspector",), skill=fields[3]), {"inspector": None})
    assessed(house, session(house, "人工智能入门", ("inspector",), skill=fields[0]), {"inspector": None})
    page = client.get("/people/matrix").content.decode()
    assert row_of(page, "人员3") == ["ok", "ok", "missing", "ok"]
