"""What the checks hold beyond the examples of their pages: dates of judgement, doubt, both places, no false alarms."""

from __future__ import annotations

import datetime
import random
from pathlib import Path

import pytest

from tests.review.enterprises import enterprise
from tests.review.reports import as_text, report
from zhicheng.review import Finding, Profile, ProfileRefused, RegisterRefused, from_text, load_profile, review
from zhicheng.review.register import key_of


def findings(text: str, check: str = "", profile: Profile | None = None) -> list[Finding]:
    return [one for one in review(from_text(text), profile).findings if not check or one.check == check]


@pytest.mark.parametrize(
    ("cited", "day", "severity"),
    [
        ("GB/T 28001-2011", "2018-06-30", None),  # valid then
        ("GB/T 28001-2011", "2022-06-30", "error"),
        ("GB/T 19001-2008", "2017-03-01", None),  # its successor was not in force
        ("GB/T 19001-2008", "2018-03-01", "error"),
        ("GB/T 19580-2004", "2015-01-01", "question"),  # known from memory only
        ("GB/T 19001-2016", "2010-01-01", "error"),  # not issued yet
        ("GB/T 24001-2015", "2020-01-01", "error"),
        ("ISO 9001:2026", "2026-01-01", "question"),  # a draft when registered
    ],
)
def test_a_standard_is_judged_at_the_reports_date(cited: str, day: str, severity: str | None) -> None:
    told = findings(f"公司按{cited}运行。", "GC04", Profile(date=datetime.date.fromisoformat(day)))
    assert [one.severity for one in told] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("said", "day", "wrong"),
    [
        ("公司遵守《合同法》。", "2020-12-31", False),
        ("公司遵守《合同法》。", "2021-01-01", True),
        ("公司遵守《中华人民共和国产品质量法》。", "2023-01-01", False),
        ("公司由质监局监督。", "2017-05-01", False),
        ("公司由质监局监督。", "2021-05-01", True),
        ("公司由原质监局监督。", "2021-05-01", False),
        ("2016年公司被市质监局评为先进。", "2021-05-01", False),
    ],
)
def test_laws_and_authorities_are_judged_at_the_reports_date(said: str, day: str, wrong: bool) -> None:
    told = findings(said, "GC04", Profile(date=datetime.date.fromisoformat(day)))
    assert bool(told) == wrong


def test_without_a_date_nothing_is_called_withdrawn() -> None:
    assert findings("公司按GB/T 28001-2011运行，遵守《合同法》。", "GC04") == []


def test_the_date_is_read_from_the_cover() -> None:
    report_text = "质量诚信报告\n江北市禾川阀门有限公司\n2022年6月\n一、概况\n公司按GB/T 28001-2011运行。"
    assert [one.severity for one in findings(report_text, "GC04")] == ["error"]


def test_a_users_register_extends_ours(tmp_path: Path) -> None:
    table = tmp_path / "own.csv"
    table.write_text(
        "code,title,status,replaced_by,published,effective,confidence,source\n"
        "Q/HC 01-2019,闸阀,withdrawn,,2019-01-01,2019-01-01,source,公司标准\nGB/T 99999-2020,试验,never_existed,,,,source,公司标准\n",
        "utf-8",
    )
    told = findings("公司按GB/T 99999-2020运行。", "GC04", Profile(registers=(table,)))
    assert [one.severity for one in told] == ["error"]
    table.write_text("code,title\nX,Y\n", "utf-8")
    with pytest.raises(RegisterRefused, match="第 1 行的列不对"):
        findings("公司。", "GC04", Profile(registers=(table,)))


def test_laws_authorities_and_editions_are_extended_by_files_of_their_own(tmp_path: Path) -> None:
    laws, authorities, editions = (tmp_path / f"{name}.csv" for name in ("laws", "authorities", "editions"))
    laws.write_text(
        "name,status,from,until,replaced_by,confidence,source\n江北市质量条例,repealed,2001-01-01,2019-12-31,,source,市人大\n",
        "utf-8",
    )
    authorities.write_text(
        "name,until,now,confidence,source\n江北市质监局,2018-10-01,江北市市场监管局,source,改革方案\n",
        "utf-8",
    )
    editions.write_text("family,editions,confidence,source\nQ/HC 01,2015 2019,source,公司\n", "utf-8")
    profile = Profile(date=datetime.date(2022, 6, 30), registers=(laws, authorities, editions))
    said = " ".join(
        one.message for one in findings("公司遵守《江北市质量条例》，受江北市质监局监督。", "GC04", profile)
    )
    assert "2019-12-31" in said
    assert "江北市市场监管局" in said
    for table, text, wrong in (
        (
            laws,
            "name,status,from,until,replaced_by,confidence,source\n甲法,旧,,,,source,x\n",
            "第 2 行的 status",
        ),
        (authorities, "name,until,now,confidence,source\n甲局,2018年,乙局,source,x\n", "第 2 行的 until"),
        (editions, "family,editions,confidence,source\nX,2015版,source,x\n", "第 2 行的 editions"),
    ):
        table.write_text(text, "utf-8")
        with pytest.raises(RegisterRefused, match=wrong):
            findings("公司。", "GC04", Profile(registers=(table,)))


def test_codes_are_compared_in_one_spelling() -> None:
    assert key_of("GB/T19001—2016") == key_of("GB/T 19001-2016") != key_of("GB/T 19001-2008")


def test_both_places_of_a_contradiction_are_marked() -> None:
    told = findings("公司现有员工320人。\n其他。\n公司现有员工350人。", "GC01")
    assert [(one.line, one.severity) for one in told] == [(1, "note"), (3, "error")]
    assert "第 1 行" in told[1].message


@pytest.mark.parametrize(
    "sentence",
    [
        "2022年顾客满意度95.1分，2023年顾客满意度96.0分。",
        "国内投诉24小时内响应，国外投诉48小时内响应。",
        "公司2022年员工300人，2023年员工320人。",
        "公司占地面积约20000平方米。\n公司占地面积20100平方米。",
        "以经济效益为中心，期末完成盘点，职工做到持证上岗。",
        "公司目的的实现依靠员工，批批检验，人人负责。",
        "产量同比增长120%，计划完成率105%。",
        "公司坚持质量第一、用户至上，第一时间响应，最终检验合格。",
        "产品由省级鉴定机构认定达到国际先进水平，证书编号2023-15。",
        "原质监局于2015年授予公司称号。",
        "原料、辅料、包装材料三类物资分别存放。",
        "公司按质量、环境和职业健康安全三个体系运行。",
        "共检验产品200批，其中进货检验80批、成品检验120批。",
        "本年度共收到投诉12起，其中质量类8起。",
        "培训计划完成率≥96%；文件受控率100%。",
        "检验温度20℃~25℃，从85%降到60%。",
    ],
)
def test_what_is_right_gives_no_error(sentence: str) -> None:
    assert [(one.check, one.message) for one in findings(sentence) if one.severity == "error"] == []


def test_boilerplate_is_told_against_a_given_report_only() -> None:
    text = "公司对供方实行分级管理，每年从质量、交期、价格、服务四个维度评价，得分低于七十分的暂停供货并限期整改，整改后重新评价。"
    mine = from_text(text)
    other = from_text("前言\n" + text + "\n其他公司自己的内容写在这里。", "乙.txt")
    assert [one for one in review(mine).findings if one.check == "GC29"] == []
    told = [one for one in review(mine, compare=[other]).findings if one.check == "GC29"]
    assert told
    assert "乙.txt" in told[0].message
    unlike = from_text(
        "本厂的原料全部来自三个固定农场，每批到货先验农残再入冷库，不合格当天退回并通知对方。", "丙.txt"
    )
    assert [one for one in review(mine, compare=[unlike]).findings if one.check == "GC29"] == []


def test_chapters_are_asked_of_a_report_not_of_a_fragment() -> None:
    one = enterprise(random.Random(2), "食品")
    whole = as_text(report(one, "official_2013", random.Random(2)))
    assert findings(whole, "CHAPTERS") == []
    without = "\n".join(
        line for line in whole.split("\n") if not any(word in line for word in ("简介", "成立", "主要生产"))
    )
    assert any("企业简介" in one.message for one in findings(without, "CHAPTERS"))
    assert findings("公司设备运行正常。", "CHAPTERS") == []


def test_a_profile_leaves_checks_out_and_caps_severities(tmp_path: Path) -> None:
    path = tmp_path / "profile.toml"
    path.write_text(
        'off = ["GC11"]\ndate = 2022-01-01\nterms = ["废丝"]\n[severest]\nGC04 = "note"\n[parameters.GC18]\nshortest = 12\n',
        "utf-8",
    )
    profile = load_profile(path)
    text = (
        "公司设备设备按GB/T 19001-2015运行。\n每班交接时填写设备运行记录表。\n每班交接时填写设备运行记录表。"
    )
    told = findings(text, profile=profile)
    assert {(one.check, one.severity) for one in told} == {
        ("GC04", "note"),
        ("GC18", "error"),
        ("GC18", "note"),
    }


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("off = [", "读不了"),
        ('colour = "red"', "没有“colour”"),
        ('off = ["GC99"]', "没有检查“GC99”"),
        ('off = "GC01"', "应是列表"),
        ('[severest]\nGC01 = "bad"', "严重程度"),
        ('[parameters.GC18]\nshortest = "a"', "应是数"),
        ('date = "2022"', "日期"),
    ],
)
def test_a_profile_that_cannot_be_followed_is_refused(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "profile.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(ProfileRefused, match=says):
        load_profile(path)


def test_forms_plans_and_continued_tables_are_no_errors() -> None:
    """What a careful reader lets pass: blanks to fill in, years to come, 表1（续）, a subsidiary of a like name."""
    text = """质量诚信报告
江北市禾川阀门有限公司
2024年3月
一、公司简介
控股子公司江北市禾川阀门科技有限公司负责销售，公司主要生产闸阀。
表1 证书
证书名称	发证日期	有效期至
质量管理体系认证证书	2023年3月18日	2026年3月17日
表1（续） 证书
环境管理体系认证证书	2023年5月9日	2026年5月8日
公司计划2025年完成设备改造，2026年实现自动化。
二、读者反馈
姓名：____ 单位：____ 电话：____
您认为本报告（ ）：很好（ ）一般（ ）
"""
    assert [(one.check, one.message) for one in findings(text) if one.severity == "error"] == []
