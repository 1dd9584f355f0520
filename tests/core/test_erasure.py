"""Lawful erasure and disposal: gone from rows and log, told, approved by another; every other proof stays whole."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation

from tests.api.company import found
from tests.house import House, build
from tests.metrics.test_evaluate import year
from tests.publishing.test_publish import approved, verdict
from tests.samples import opened, put
from zhicheng.core import disposal as disposing
from zhicheng.core import erasure, files, gone, parameters, retention
from zhicheng.core.account import Account, ApiToken
from zhicheng.core.audit import audit
from zhicheng.core.authority import SYSTEM
from zhicheng.core.process import registry
from zhicheng.core.records import writing
from zhicheng.core.writers import Refused, amend, erase_again, open_record, perform, today_of
from zhicheng.ledger import checkpoints, keys, log
from zhicheng.ledger.models import SealedFacts
from zhicheng.reports import publish as publishing
from zhicheng.web.acts import acts

NAME = "张三丰收"


Clock = Callable[[str], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Let the house live on another day."""

    def on(day: str) -> None:
        moment = dt.datetime.fromisoformat(f"{day}T04:00:00+00:00")
        monkeypatch.setattr(log, "now", lambda: moment)

    return on


@pytest.fixture
def house_of_2010(clock: Clock, fresh_database: str) -> House:
    """A house that was built long ago."""
    clock("2010-03-05")
    return build()


LOT = "inspection.lot"


def person(house: House) -> Any:
    made = open_record(registry["org.person"], {"name": NAME, "staff_number": "工号八零零一"}, by=SYSTEM)
    return amend(made, {"name": NAME + "二"}, by=house.actor("quality_manager"), version=1, reason="改名")


def request(
    house: House, record: Any, names: str = "", ground: str = "个人信息保护法第四十七条，本人请求"
) -> Any:
    facts = {"subject_number": record.number, "names": names, "ground": ground}
    return open_record(registry["core.erasure"], facts, by=house.actor("quality_manager"))


def everything() -> str:
    """All that the database keeps of facts and rows of people."""
    rows = [
        json.dumps(row, default=str, ensure_ascii=False)
        for row in registry["org.person"].model.objects.values()
    ]
    return "\n".join([*SealedFacts.objects.values_list("content", flat=True), *rows])


@pytest.mark.proves("E-5.1")
def test_what_is_erased_is_gone_from_every_version_and_the_log_stays_whole(house: House) -> None:
    one = person(house)
    account = Account.objects.make("zhangsan", "a-long-password", one, pin="4821")
    ApiToken.issue(account, "x")
    assert NAME in everything()
    house.perform(request(house, one), "erase", "general_manager")
    assert NAME not in everything()
    assert "工号八零零一" not in everything()
    one = house.fresh(one)
    assert one.name == erasure.ERASED
    account.refresh_from_db()
    assert (account.username, account.is_active, account.tokens.count()) == (f"~{one.k}", False, 0)
    last = log.versions("org.person", one.k)[-1]
    assert last.act == "erase"
    assert last.facts["_erased"] == "name,staff_number"
    assert "个人信息保护法" in last.facts["_ground"]
    assert {"name", "staff_number"} & last.facts.keys() == set()
    checkpoints.sign("on_demand")
    assert audit().findings == []


def test_another_person_approves_and_only_personal_facts_are_erased_on_request(house: House) -> None:
    one = person(house)
    asked = request(house, one)
    with pytest.raises(Refused, match="总经理"):
        house.perform(asked, "erase", "quality_manager")
    with pytest.raises(ValidationError, match="不能依请求删除"):
        request(house, one, "occurred_on")
    with pytest.raises(ValidationError, match="不能依请求删除"):
        request(house, house.lot(), "quantity")
    with pytest.raises(ValidationError, match="没有编号"):
        open_record(
            registry["core.erasure"],
            {"subject_number": "RY-9999", "ground": "x"},
            by=house.actor("quality_manager"),
        )
    refused = house.perform(asked, "refuse_erasure", "general_manager", reason="在职")
    assert (refused.state, house.fresh(one).name) == ("refused", NAME + "二")


def test_nothing_that_a_figure_reads_is_personal_or_disposable() -> None:
    for process in registry.all():
        assert not erasure.erasable(process) & set(process.may_open), process.name
        assert not erasure.disposable(process) & set(process.may_open), process.name


@pytest.mark.proves("E-5.1")
def test_a_report_is_proved_after_the_signers_name_is_erased(house: House) -> None:
    year(house, 60, 1)
    done = publishing.publish(approved(house), by=house.actor("quality_manager"))
    lot = registry["inspection.lot"].model.objects.filter(occurred_on__year=2017).first()
    lot = (
        house.perform(lot, "veto", "chief_quality_officer", reason="待查") if lot.state != "released" else lot
    )
    signed = [v for v in log.versions("inspection.lot", lot.k) if v.facts.get("_signed")]
    assert signed
    house.perform(request(house, lot, "_signed"), "erase", "general_manager")
    assert all(v.facts.get("_signed") is None for v in log.versions("inspection.lot", lot.k))
    again = publishing.rebuild(done.report)
    assert verdict(again, keys.fingerprint()).exit == 0
    assert audit().findings == []


def lot_with(house: House, *kept: files.Stored) -> Any:
    given = {"supplier": house.supplier, "document": "PO-9", "line": 1, "quantity": "1"}
    given |= {"item": house.items["raw_material"]}
    return open_record(registry[LOT], given, by=house.actor("inspector"), files=kept)


def request_files(house: House, record: Any, *named: str) -> Any:
    rows = [{"file": name, "ground": "本人的身份证照片"} for name in named]
    facts = {"subject_number": record.number, "files": rows, "ground": "个人信息保护法第四十七条，本人请求"}
    return open_record(registry["core.erasure"], facts, by=house.actor("quality_manager"))


def declare(house: House, evidence: files.Stored) -> Any:
    facts = {"name": "获奖", "subject": "省质量奖", "value": "1"}
    facts |= {"period_from": "2009-01-01", "period_to": "2009-12-31"}
    return open_record(
        registry["report.declared"], facts, by=house.actor("quality_manager"), files=[evidence]
    )


def test_one_file_goes_and_the_others_stay_sealed(fresh_database: str) -> None:
    house = build()
    photo = files.store(io.BytesIO(b"a photograph"), "张三丰收.jpg")
    proof = files.store(io.BytesIO(b"a certificate"), "合格证.pdf")
    lot = lot_with(house, photo, proof)
    before = dict(SealedFacts.objects.values_list("seq", "content"))
    asked = request_files(house, lot, "张三丰收.jpg")
    assert (asked.names, asked.hashes) == ("", (photo.sha256,))
    assert "张三丰收" not in json.dumps(
        [v.facts for v in log.versions("core.erasure", asked.k)], ensure_ascii=False
    )
    house.perform(asked, "erase", "general_manager")
    first, last = log.versions(LOT, lot.k)
    assert first.facts["_files"] is None
    assert last.facts["_files"] == [{"name": "合格证.pdf", "sha256": proof.sha256, "size": 13}]
    assert (last.facts["_erased"], last.facts["_erased_files"]) == ("_files", photo.sha256)
    assert (files.path_of(photo.sha256).exists(), files.path_of(proof.sha256).exists()) == (False, True)
    assert gone.outstanding() == []
    assert audit().findings == []
    # a database from before is put back, its files too
    for seq, content in before.items():
        SealedFacts.objects.filter(seq=seq).update(content=content)
    files.store(io.BytesIO(b"a photograph"), "张三丰收.jpg")
    facts = {"type": LOT, "k": lot.k, "ver": 1}
    files.Attachment.objects.create(**facts, **vars(photo))
    assert [g.files for g in gone.outstanding()] == [(photo.sha256,)]
    assert erase_again() == 1
    assert (files.path_of(photo.sha256).exists(), files.path_of(proof.sha256).exists()) == (False, True)
    assert log.versions(LOT, lot.k)[-1].facts["_files"] == last.facts["_files"]
    assert "张三丰收" not in everything()
    assert erase_again() == 0
    assert audit().findings == []


def test_files_are_named_one_by_one_and_content_stays(fresh_database: str) -> None:
    house = build()
    first, twin = (files.store(io.BytesIO(b), "photo.jpg") for b in (b"one", b"two"))
    lot = lot_with(house, first, twin)
    with pytest.raises(ValidationError, match="逐份写明"):
        request(house, lot, "_files")
    with pytest.raises(ValidationError, match="有几份附件叫"):
        request_files(house, lot, "photo.jpg")
    with pytest.raises(ValidationError, match="没有附件"):
        request_files(house, lot, first.sha256[:7])
    groundless = {"subject_number": lot.number, "ground": "某法", "files": [{"file": first.sha256}]}
    with pytest.raises(ValidationError, match="不能为空"):
        open_record(registry["core.erasure"], groundless, by=house.actor("quality_manager"))
    asked = request_files(house, lot, twin.sha256[:8].upper(), first.sha256)
    assert asked.hashes == tuple(sorted((first.sha256, twin.sha256)))
    # the same file becomes the evidence of a declared fact before the approval
    declared = declare(house, twin)
    with pytest.raises(Refused, match=rf"是 {declared.number} 的内容"):
        house.perform(asked, "erase", "general_manager")
    with pytest.raises(ValidationError, match=rf"是 {declared.number} 的内容"):
        request_files(house, lot, twin.sha256)
    assert files.path_of(first.sha256).exists()
    assert house.perform(asked, "refuse_erasure", "general_manager", reason="是依据").state == "refused"
    house.perform(request(house, lot, "_reason"), "erase", "general_manager")
    assert files.Attachment.objects.filter(type=LOT, k=lot.k).count() == 2


def test_files_leave_the_disk_only_when_the_erasure_is_written(fresh_database: str) -> None:
    house = build()
    photo = files.store(io.BytesIO(b"a photograph"), "photo.jpg")
    lot = lot_with(house, photo)
    asked = request_files(house, lot, "photo.jpg")
    with transaction.atomic():
        house.perform(asked, "erase", "general_manager")
        transaction.set_rollback(True)
    assert files.path_of(photo.sha256).exists()
    assert not gone.path().exists()
    assert audit().findings == []


def test_a_disposal_takes_every_file_but_what_another_record_consists_of(
    clock: Clock, house_of_2010: House
) -> None:
    house = house_of_2010
    photo, shared = (files.store(io.BytesIO(b), "x.jpg") for b in (b"one", b"two"))
    lot = lot_with(house, photo, shared)
    judged = {"sample_size": "1", "nonconforming": "0", "verdict": "accepted"}
    house.perform(house.perform(lot, "judge", "inspector", judged), "release", "inspector")
    clock("2026-11-20")
    declare(house, shared)
    house.perform(disposal(house, "2010-06-01"), "dispose", "general_manager")
    assert all(v.facts.get("_files") is None for v in log.versions(LOT, lot.k))
    assert (files.path_of(photo.sha256).exists(), files.path_of(shared.sha256).exists()) == (False, True)


def test_a_blank_without_an_erasure_is_found(house: House) -> None:
    one = person(house)
    sealed = SealedFacts.objects.get(seq=one.seq)
    content = json.loads(sealed.content)
    content["name"] = None
    sealed.content = json.dumps(content)
    sealed.save()
    found = audit().findings or []
    assert [(f.code, f.record, f.fact, f.seq) for f in found] == [
        ("blanked", f"org.person/{one.k}", "name", one.seq)
    ]


def test_erasures_are_done_again_after_a_backup_from_before_is_restored(fresh_database: str) -> None:
    house = build()
    one = person(house)
    before = dict(SealedFacts.objects.values_list("seq", "content"))
    house.perform(request(house, one), "erase", "general_manager")
    listed = gone.path().read_text("utf-8")
    assert NAME not in listed
    assert json.loads(listed)["k"] == one.k
    for seq, content in before.items():  # what a backup from before brings back
        SealedFacts.objects.filter(seq=seq).update(content=content)
    assert {f.code for f in audit().findings or []} == {"not_erased"}
    assert erase_again() == 1
    assert NAME not in everything()
    assert audit().findings == []
    assert erase_again() == 0


def test_a_later_value_is_not_taken_for_one_that_was_erased(fresh_database: str) -> None:
    house = build()
    one = person(house)
    house.perform(request(house, one), "erase", "general_manager")
    one = house.fresh(one)
    amend(
        one,
        {"name": "后来的人"},
        by=house.actor("quality_manager"),
        version=one.version,
        reason="重新入职，另有同意",
    )
    assert gone.outstanding() == []
    assert erase_again() == 0
    assert house.fresh(one).name == "后来的人"


def test_the_list_outside_is_made_anew_from_the_log_and_a_torn_line_is_dropped(fresh_database: str) -> None:
    house = build()
    one = person(house)
    house.perform(request(house, one), "erase", "general_manager")
    whole = gone.path().read_text("utf-8")
    assert [(g.type, g.k, g.act, g.ver) for g in gone.read()] == [("org.person", one.k, "erase", 3)]
    gone.path().unlink()
    assert erase_again() == 0
    assert gone.path().read_text("utf-8") == whole
    for torn in (whole[:-9], whole.rstrip()):  # the power failed while it was written
        gone.path().write_text(torn, "utf-8")
        gone.note(gone.Gone("org.person", 99, ("name",), "某法"))
        erase_again()
        assert {g.k for g in gone.read()} == {one.k, 99}
    gone.path().write_text("不是清单\n" + whole, "utf-8")
    with pytest.raises(gone.ListUnreadable, match="第 1 行"):
        gone.outstanding()


def test_a_line_of_a_former_release_is_read_and_is_done_when_the_log_has_it(fresh_database: str) -> None:
    house = build()
    one = person(house)
    house.perform(request(house, one), "erase", "general_manager")
    (line,) = gone.read()
    old = {"type": line.type, "k": line.k, "names": list(line.names), "ground": line.ground}
    gone.path().write_text(json.dumps(old) + "\n", "utf-8")
    again = amend(
        house.fresh(one),
        {"name": "后来的人"},
        by=house.actor("quality_manager"),
        version=3,
        reason="重新入职",
    )
    assert gone.outstanding() == []
    disposed = {"type": "inspection.lot", "k": 1, "names": ["note", "late_reason"], "ground": "某法"}
    gone.path().write_text(json.dumps(disposed) + "\n" + json.dumps({**old, "ground": "另一请求"}), "utf-8")
    assert [(g.act, g.ver) for g in gone.read()] == [("dispose", 0), ("erase", 0)]
    assert erase_again() == 1
    assert house.fresh(again).name == erasure.ERASED


def disposal(house: House, before: str, process: str = "inspection.lot") -> Any:
    return open_record(
        registry["core.disposal"], {"process": process, "before": before}, by=house.actor("quality_manager")
    )


def released(house: House, document: str, **facts: Any) -> Any:
    return house.perform(house.judged(document, "accepted", **facts), "release", "inspector")


@pytest.mark.proves("E-5.2")
def test_disposal_waits_for_the_retention_period_and_is_listed_approved_and_logged(
    clock: Clock, fresh_database: str
) -> None:
    clock("2010-03-05")
    house = build()
    old = released(house, "PO-1", occurred_on="2010-02-01", late_reason="旧账补录")
    clock("2010-08-01")
    house.judged("PO-2")
    clock("2026-11-20")
    with pytest.raises(ValidationError, match="保存期限 10 年未满"):
        disposal(house, "2020-01-01")
    with pytest.raises(ValidationError, match="不是有效选项"):
        disposal(house, "2010-06-01", "core.parameter")
    with pytest.raises(ValidationError, match="没有在此之前结束"):
        disposal(house, "2010-03-05")  # it happened in February and was released on that day
    listed = disposal(house, "2010-06-01")
    assert listed.count == 1
    assert listed.records == [{"ended_on": "2010-03-05", "numbers": old.number}]
    assert "未核对原文" in listed.period
    house.perform(listed, "dispose", "general_manager")
    gone_now = house.fresh(old)
    assert gone_now.late_reason == erasure.ERASED
    assert (gone_now.verdict, str(gone_now.occurred_on), gone_now.document) == (
        "accepted",
        "2010-02-01",
        "PO-1",
    )
    assert "旧账补录" not in everything()
    with pytest.raises(ValidationError, match="没有在此之前结束"):
        disposal(house, "2010-06-01")
    checkpoints.sign("on_demand")
    assert audit().findings == []


@pytest.mark.proves("E-5.2")
def test_exactly_what_was_listed_is_disposed_of(clock: Clock, house_of_2010: House) -> None:
    house = house_of_2010
    first, late = released(house, "PO-1", note="甲"), house.judged("PO-2", note="乙")
    clock("2011-01-01")
    late = house.perform(late, "release", "inspector")
    clock("2026-11-20")
    listed = disposal(house, "2010-06-01")
    assert (listed.count, listed.numbers) == (1, [first.number])
    clock("2026-11-21")
    second = disposal(house, "2012-01-01")  # both
    assert second.numbers == [first.number, late.number]
    house.perform(listed, "dispose", "general_manager")
    assert (house.fresh(first).note, house.fresh(late).note) == (erasure.ERASED, "乙")
    with pytest.raises(Refused, match=rf"已由另一份处置：{first.number}"):
        house.perform(second, "dispose", "general_manager")
    assert house.fresh(late).note == "乙"
    third = disposal(house, "2012-01-01")
    assert third.numbers == [late.number]
    house.perform(third, "dispose", "general_manager")
    assert house.fresh(late).note == erasure.ERASED
    assert audit().findings == []


def test_a_list_is_refused_by_name_when_a_record_or_the_period_changed(
    clock: Clock, house_of_2010: House
) -> None:
    house = house_of_2010
    lots = [released(house, f"PO-{i}", note="甲") for i in range(7)]
    clock("2026-11-20")
    listed = disposal(house, "2010-06-01")
    years = open_record(
        registry["core.parameter"], {"key": f"retention.{LOT}", "value": "20；企业规定"}, by=SYSTEM
    )
    with pytest.raises(Refused, match=rf"保存期限现为 20 年，尚未满：{lots[0].number}、.*等 7 条"):
        house.perform(listed, "dispose", "general_manager")
    (shown,) = [
        a
        for a in acts(registry["core.disposal"], listed, house.actor("general_manager"))
        if a.step.name == "dispose"
    ]
    assert "尚未满" in " ".join(str(one) for one in shown.why_not)
    perform(years, "end", by=SYSTEM, version=1, reason="改回")
    house.perform(request(house, lots[3], "_reason"), "erase", "general_manager")
    with pytest.raises(Refused, match=rf"列单以后有改动：{lots[3].number}。"):
        house.perform(listed, "dispose", "general_manager")
    assert {house.fresh(lot).note for lot in lots} == {"甲"}
    house.perform(disposal(house, "2010-06-01"), "dispose", "general_manager")
    assert {house.fresh(lot).note for lot in lots} == {erasure.ERASED}


def test_a_disposal_is_done_again_as_a_disposal(clock: Clock, house_of_2010: House) -> None:
    house = house_of_2010
    lot = released(house, "PO-1", note="甲")
    before = dict(SealedFacts.objects.values_list("seq", "content"))
    clock("2026-11-20")
    house.perform(disposal(house, "2010-06-01"), "dispose", "general_manager")
    for seq, content in before.items():
        SealedFacts.objects.filter(seq=seq).update(content=content)
    assert erase_again() == 1
    assert [v.act for v in log.versions(LOT, lot.k)][-2:] == ["dispose", "dispose"]
    assert {g.act for g in gone.read()} == {"dispose"}
    with pytest.raises(ValidationError, match="没有在此之前结束"):
        disposal(house, "2010-06-01")
    assert audit().findings == []


def test_more_than_two_hundred_records_share_the_rows_of_the_list() -> None:
    day = dt.date(2010, 1, 1)
    for count, rows, each in ((1, 1, 1), (200, 200, 1), (201, 101, 2), (2000, 200, 10)):
        made = disposing._rows([(f"LL-2010-{i:05d}", day + dt.timedelta(i)) for i in range(count)])
        assert (len(made), len(made[0]["numbers"].split())) == (rows, each)
        one = disposing.Disposal(records=made)
        assert one.numbers == [f"LL-2010-{i:05d}" for i in range(count)]
    assert made[-1]["ended_on"] == "2015-06-23"
    assert len(json.dumps(made)) < 60_000  # a canonical text holds 64 KiB


@pytest.mark.proves("E-5.2")
def test_every_kind_says_how_long_it_is_kept_from_when_and_why_or_why_always() -> None:
    for process in registry.all():
        kept = process.retention
        if kept.always:
            assert (kept.years, kept.ground, kept.ends, kept.until) == (0, "", frozenset(), ""), process.name
            assert f"retention.{process.name}" not in parameters.specs()
            continue
        stated = parameters.specs()[f"retention.{process.name}"].default
        assert 0 < stated.years == kept.years, process.name
        assert stated.ground == str(kept.ground), process.name
        assert not stated.confirmed, process.name
        assert kept.ends or process.final, process.name
    grounds = {p.name: p.retention for p in registry.all()}
    assert grounds[LOT] == retention.PRODUCT
    assert grounds["org.person"] == retention.STAFF
    for alien in ("org.role", "competence.qualification", "document.document", "register.patent"):
        assert "产品质量法" not in str(grounds[alien].ground), alien


def test_nothing_is_due_before_its_end(db: None) -> None:
    here, today = found(), today_of(None)
    day, after = today + dt.timedelta(days=10), today + dt.timedelta(days=11)
    for process in registry.all():
        kept = process.retention
        if kept.always:
            continue
        record = opened(process, here)
        first = record.state

        def ends_on(process: Any, record: Any, before: dt.date) -> bool:
            return record.number in {number for number, _end in disposing.due(process, before)}

        def until(record: Any, day: dt.date | None, name: str = kept.until) -> None:
            with writing():
                type(record).objects.filter(pk=record.pk).update(**{name: day} if name else {"late": False})

        for state in process.states:
            put(record, state)
            until(record, None)
            ended = state in (kept.ends or process.final)
            assert ends_on(process, record, after) == ended, (process.name, state)
            assert not ends_on(process, record, today), (process.name, state)
            if kept.until:
                until(record, day)
                assert ends_on(process, record, after), (process.name, state)
                assert not ends_on(process, record, day), (process.name, state)
                until(
                    record, today - dt.timedelta(days=4000)
                )  # a date long past ends nothing before it was entered
                assert not ends_on(process, record, today), (process.name, state)
        put(record, first)
        until(record, None)


def test_an_end_long_after_the_beginning_counts(clock: Clock, house_of_2010: House) -> None:
    house = house_of_2010
    one = person(house)
    clock("2026-11-20")
    one = perform(one, "end", by=SYSTEM, version=2, reason="离职")
    with pytest.raises(ValidationError, match="没有在此之前结束"):
        disposal(house, "2016-01-01", "org.person")
    clock("2037-01-01")
    assert disposal(house, "2027-01-01", "org.person").numbers == [one.number]


def test_a_retention_period_is_a_parameter_with_its_ground(house: House) -> None:
    process = registry["inspection.lot"]
    kept = disposing.retention(process)
    assert (kept.years, kept.ground, kept.confirmed) == (
        process.retention.years,
        str(process.retention.ground),
        False,
    )
    facts = {"key": "retention.inspection.lot", "value": "15；计量法实施细则；已核对"}
    open_record(registry["core.parameter"], facts, by=SYSTEM)
    kept = disposing.retention(process)
    assert (kept.years, kept.ground, kept.confirmed) == (15, "计量法实施细则", True)
    for wrong in ("很久", "0;某法", "5", "5；"):
        with pytest.raises(ValidationError, match="合法取值"):
            open_record(registry["core.parameter"], {"key": "retention.org.site", "value": wrong}, by=SYSTEM)


def test_what_is_to_be_erased_is_said_in_words(house: House) -> None:
    """As the page names it, in the language of who asks; whoever approves reads what it is, and a wrong word is told which there are."""
    someone = person(house)
    asked = request(house, someone, "姓名、工号，姓名")
    assert (asked.names, asked.wording) == ("name,staff_number", "姓名、工号")
    with translation.override("en"):
        again = request(house, someone, "Reason given, name")
    assert (again.names, again.wording) == ("_reason,name", "说明的文字、姓名")
    with pytest.raises(
        ValidationError, match=r"“角色”不能依请求删除；人员可以删除的有：说明的文字、印出的姓名、.*姓名"
    ) as refused:
        request(house, someone, "角色")
    assert set(refused.value.message_dict) == {"names"}
    assert request(house, someone).wording == "姓名、工号"
