"""Chinese until somebody chooses; then the pages are English to the last word, and what is recorded stays Chinese."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation
from django.utils.translation import trans_real

from tests.databases import some
from tests.house import today
from tests.metrics.test_evaluate import year
from tests.publishing.test_publish import TEXT, approved, drafted
from tests.test_catalogue import CHINESE
from zhicheng.core.organisation import Person
from zhicheng.core.process import registry
from zhicheng.ledger import log
from zhicheng.reports import publish as publishing
from zhicheng.reports.edition import edition
from zhicheng.reports.render_html import render_html

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.house import House

    Enter = Callable[[str], Client]

CHOOSE = "/i18n/setlang/"
OFFERED = {"zh-hans": "English", "en": "中文"}
"""What the switch offers on a page of each language."""


def speaks(text: str, code: str) -> None:
    assert f'<html lang="{code}">' in text
    assert f"{OFFERED[code]}</button>" in text
    assert f'action="{CHOOSE}"' in text


def test_the_browsers_language_switches_no_page(house: House, enter: Enter) -> None:
    for client in (Client(), enter("quality_manager")):
        for path in ("/login", "/verify", "/nowhere"):
            answer = client.get(path, headers={"accept-language": "en-GB,en;q=0.9"})
            assert answer["Content-Language"] == "zh-hans"
            assert '<html lang="zh-hans">' in answer.content.decode()
    assert "我的工作" in enter("quality_manager").get("/", headers={"accept-language": "en"}).content.decode()


def test_the_switch_is_kept_and_leads_back(house: House, enter: Enter) -> None:
    client = enter("inspector")
    speaks(client.get("/inspection.lot/").content.decode(), "zh-hans")
    answer = client.post(CHOOSE, {"language": "en", "next": "/inspection.lot/?q=1"})
    assert (answer.status_code, answer["Location"]) == (302, "/inspection.lot/?q=1")
    cookie = client.cookies["language"]
    assert cookie.value == "en"
    assert cookie["max-age"] >= 30 * 24 * 3600
    assert cookie["samesite"] == "Lax"
    speaks(client.get("/inspection.lot/").content.decode(), "en")
    client.post(CHOOSE, {"language": "zh-hans", "next": "/"})
    speaks(client.get("/").content.decode(), "zh-hans")


def test_the_switch_leads_nowhere_else_and_takes_our_languages_only() -> None:
    client = Client()
    answer = client.post(CHOOSE, {"language": "en", "next": "https://example.com/"})
    assert not answer["Location"].startswith("http")
    client.post(CHOOSE, {"language": "fr", "next": "/login"})
    speaks(client.get("/login").content.decode(), "zh-hans")
    client = Client()
    client.get(f"{CHOOSE}?language=en&next=/login")
    assert "language" not in client.cookies
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(CHOOSE, {"language": "en", "next": "/login"}).status_code == 403


def test_strangers_choose_on_the_sign_in_verify_and_report_pages(house: House) -> None:
    year(house, 40, 1)
    number = publishing.publish(approved(house), by=house.actor("quality_manager")).report.number
    client = Client()
    for path in ("/login", "/verify"):
        speaks(client.get(path).content.decode(), "zh-hans")
    public = f"/public/reports/{number}"
    assert "English</button>" in client.get(public).content.decode()
    client.post(CHOOSE, {"language": "en", "next": public})
    for path in ("/login", "/verify"):
        speaks(client.get(path).content.decode(), "en")
    text = client.get(public).content.decode()
    assert '<html lang="zh-CN">' in text, "the report is a Chinese document"
    bar = text[text.index('<div class="reader-bar"') : text.index('class="language"')]
    assert 'lang="en"' in bar
    assert not CHINESE.search(bar)
    drawer = client.get(f"{public}/figures/F1").content.decode()
    assert "Numerator" in drawer
    assert not CHINESE.search(drawer)


def test_the_api_answers_in_the_language_that_the_caller_accepts(house: House) -> None:
    client = Client()
    client.cookies["language"] = "en"
    for accepted, said in {
        "": "请先登录",
        "zh-CN": "请先登录",
        "en-US,zh;q=0.5": "Sign in",
        "fr,en;q=0.4": "Sign in",
        "fr": "请先登录",
    }.items():
        answer = client.get("/api/v1/inspection.lot", headers={"accept-language": accepted})
        assert answer.status_code == 401
        assert answer.json()["message"].startswith(said), accepted
        assert "Accept-Language" in answer["Vary"]


def test_without_a_compiled_catalogue_the_pages_are_chinese(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, db: None
) -> None:
    settings.LOCALE_PATHS = [tmp_path]
    monkeypatch.setattr(trans_real, "_translations", {})
    monkeypatch.setattr(trans_real, "_default", None)
    client = Client()
    client.cookies["language"] = "en"
    answer = client.get("/login")
    assert answer.status_code == 200
    assert "用户名" in answer.content.decode()


# What is recorded


def test_what_is_recorded_is_chinese_in_any_language(house: House) -> None:
    with translation.override("en"):
        lot = house.judged("PO-1", "rejected")
        nonconformity = house.perform(lot.nonconformity, "contain", "inspector", {"containment": "x"})
        concession = house.perform(
            nonconformity, "concede", "chief_quality_officer", {"disposition_reason": "x"}
        )
        assert concession.state_label == "Disposition under way"
    assert nonconformity.description == "进货检验不接收"
    signed = log.versions("nonconformity.nonconformity", nonconformity.k)[-1].facts["_signed"]
    assert signed[0]["meaning"] == "批准让步接收"


def test_a_report_is_the_same_document_whoever_composes_it(house: House) -> None:
    year(house, 40, 1)
    report = drafted(house, TEXT.replace("{{proof}}", "{{table objectives}}\n\n{{proof}}"))
    chinese = edition(report)
    with translation.override("en"):
        english = edition(report)
        drawn = render_html(english.drawn)
        assert "Report" in english.problems[-1].sentence or "report" in english.problems[-1].sentence
    assert english.data == chinese.data
    assert drawn == render_html(chinese.drawn)


def test_a_report_signed_in_english_says_so_in_chinese(house: House) -> None:
    year(house, 40, 1)
    with translation.override("en"):
        report = approved(house)
        done = publishing.publish(report, by=house.actor("quality_manager"))
    assert [row["meaning"] for row in done.report.approvals] == ["审核", "批准"]
    assert "质量经理" in (done.folder / "report.html").read_text("utf-8")
    assert publishing.rebuild(done.report).report.number == done.report.number


# Every page in English


def texts_of(value: Any) -> set[str]:
    """Every text within a fact."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, dict):
        return {t for v in value.values() for t in texts_of(v)}
    return {t for v in value for t in texts_of(v)} if isinstance(value, list) else set()


def recorded() -> list[str]:
    """Every Chinese text that stands in a record or will unless changed (台, the default of a unit), the longest first; and
    what a report and the firm are called."""
    found = {"测试仪表有限公司"}
    for process in registry.all():
        for f in process.model._meta.concrete_fields:
            found |= texts_of(f.get_default()) if f.has_default() else set()
        for record in process.model.objects.all():
            for f in process.model._meta.concrete_fields:
                found |= texts_of(f.value_from_object(record))
    return sorted((t for t in found if CHINESE.search(t)), key=len, reverse=True)


def words_of(text: str) -> str:
    """What a reader or a screen reader is told: text and the attributes that speak."""
    said = re.findall(r'(?:title|alt|aria-label|placeholder|data-[\w-]+|value|content)="([^"]*)"', text)
    text = re.sub(
        r'<(?!html)(\w+)[^>]* lang="zh-CN".*?</\1>', " ", text, flags=re.DOTALL
    )  # said to be Chinese, as findings are
    body = re.sub(r"<script(?! id).*?</script>|<style.*?</style>|<button[^>]*lang=\"zh-hans\".*?</button>", " ", text, flags=re.DOTALL)  # fmt: skip
    plain = html.unescape(" ".join([re.sub(r"<[^>]*>", " ", body), *said]))
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), plain)  # as in a script's data


def chinese_on(page: str, known: list[str]) -> list[str]:
    text = words_of(page)
    for one in known:
        text = text.replace(one, " ").replace(html.escape(one), " ")
    return [
        found.strip()
        for found in re.findall(r"\S{0,20}[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+\S{0,20}", text)
    ]


def busy(house: House) -> Any:
    """Records in many states, so that pages have something to say; returns a report that cannot be published."""
    year(house, 30, 7)
    house.lot("PO-1")
    house.judged("PO-2")
    rejected = house.judged("PO-3", "rejected")
    house.perform(house.judged("PO-4"), "veto", "chief_quality_officer", reason="hold")
    house.perform(rejected.nonconformity, "contain", "inspector", {"containment": "挂牌"})
    from tests.samples import put
    from zhicheng.core.writers import open_record

    batch = open_record(
        registry["inspection.batch"],
        {"product": house.product, "document": "S-1", "quantity": 2, "occurred_on": today()},
        by=house.actor("production"),
    )
    units = [{"serial": "1", "verdict": "accepted"}, {"serial": "2", "verdict": "rejected", "defect": "D1"}]
    house.perform(batch, "judge_units", "inspector", {"units": units})
    objective = {"name": "一次合格率", "level": "company", "year": today().year, "metric": "first_pass"}
    made = open_record(
        registry["objective.objective"],
        {**objective, "operator": "ge", "target": "98"},
        by=house.actor("quality_manager"),
    )
    put(made, "approved")
    open_record(
        registry["register.certificate"],
        {"name": "质量管理体系认证", "kind": "体系", "certificate_number": "1", "issuer": "某", "occurred_on": today(), "valid_until": today()},
        by=house.actor("quality_manager"),
    )  # fmt: skip
    fact = {
        "name": "n",
        "subject": "投诉",
        "value": "0",
        "period_from": "2017-01-01",
        "period_to": "2017-12-31",
    }
    open_record(registry["report.declared"], fact, by=house.actor("quality_manager"))
    return drafted(house, TEXT.replace("# 签署", "{{figure first_pass}} {{declared n}}\n\n# 签署"))


def addresses(report: Any, role: str) -> list[str]:
    """The main pages: of every kind of record the list, the form, the import, and a record with all it offers."""
    found = ["/", "/search?q=", "/search?q=PO", "/switch", "/verify", "/nowhere", "/core.parameter/"]
    now = today().year
    for y in (2017, now):
        span = f"from={y}-01-01&to={y}-12-31&slice=provenance:imported"
        found += [f"/cockpit?year={y}", f"/cockpit/readiness?year={y}", f"/figure/incoming_acceptance?{span}"]
        found += [f"/figure/incoming_acceptance?{span}&value=1", f"/figure/nonconformities_closed?{span}"]
    found += ["/cockpit/records/age?low=0", "/account", "/accounts"]
    found += [f"/reports/{report.number}/{page}" for page in ("publication", "figures/F1", "figures/D1")]
    for process in registry.all():
        base = f"/{process.name}/"
        found += [base, f"{base}?q=nothing&state={process.start}", f"{base}new", f"{base}import"]
        for record in process.model.objects.order_by("-k")[:3]:
            at = f"{base}{record.number}/"
            found += [at, f"{at}amend", *(f"{at}{act}" for act in process.acts)]
    return found


@pytest.mark.parametrize(
    "role", some(["quality_manager", "general_manager", "inspector", "administrator", "reader"], 3)
)
def test_every_page_is_english_but_for_what_is_recorded(
    house: House, request: pytest.FixtureRequest, role: str
) -> None:
    report = busy(house)
    house.people["administrator"] = Person.objects.get(staff_number="0001")
    enter: Enter = request.getfixturevalue("enter")  # with an account for the administrator
    client = enter(role)
    client.post(CHOOSE, {"language": "en", "next": "/"})
    known, seen = recorded(), 0
    found: dict[str, str] = {}
    # What everybody may see is looked at once.
    share = 1 if role == "quality_manager" and connection.vendor == "sqlite" else 3
    for path in addresses(report, role)[::share]:
        answer = client.get(path)
        if answer.status_code in (200, 403, 404, 409, 422) and "html" in answer["Content-Type"]:
            seen += 1
            for chinese in chinese_on(answer.content.decode(), known):
                found.setdefault(chinese, path)
    assert seen > 60 / share
    assert not found, list(found.items())[:10]


def test_refusals_are_english(house: House, enter: Enter) -> None:
    report = busy(house)
    client = enter("quality_manager")
    client.post(CHOOSE, {"language": "en", "next": "/"})
    lot = registry["inspection.lot"].model.objects.filter(state="accepted", vetoed=True).get()
    posts = {
        "/inspection.lot/new": {"supplier": "x", "quantity": "viel", "occurred_on": "2999-01-01"},
        f"/inspection.lot/{lot.number}/release": {"version": "1"},
        f"/inspection.lot/{lot.number}/amend": {"version": str(lot.version), "note": "x"},
        "/inspection.lot/import": {},
        "/nonconformity.nonconformity/new": {"quantity": "-1", "source": "incoming"},
        f"/reports/{report.number}/publication": {"version": "7", "password": "wrong"},
        "/verify": {"key": "x"},
        "/switch": {"badge": "x", "pin": "1"},
    }
    known = recorded()
    for path, data in posts.items():
        answer = client.post(path, data)
        assert answer.status_code in (302, 400, 403, 422), path
        assert not chinese_on(answer.content.decode(), known), path


def beside(page: Page) -> list[str]:
    """What makes a page wider than the screen."""
    return list(
        page.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("main *")]
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 120)).slice(-4)"""
        )
    )


def test_english_pages_fit_a_phone_and_the_office_screen(live_site: str, page: Page) -> None:
    from tests.house import build
    from tests.web.conftest import PASSWORD, accounts

    house = build()
    accounts(house)
    report = busy(house)
    known = recorded()
    page.goto(f"{live_site}/login")
    page.get_by_role("button", name="English").click()
    page.get_by_label("User name").fill("quality_manager")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="My work").wait_for()
    lot = registry["inspection.lot"].model.objects.latest("k")
    nonconformity = registry["nonconformity.nonconformity"].model.objects.latest("k")
    paths = [
        "/", f"/cockpit?year={today().year}", "/inspection.lot/", "/inspection.lot/new", "/inspection.lot/import", "/search?q=2",
        f"/inspection.lot/{lot.number}/", "/nonconformity.nonconformity/", f"/nonconformity.nonconformity/{nonconformity.number}/",
        f"/report.report/{report.number}/", f"/reports/{report.number}/publication", "/verify", "/account",
    ]  # fmt: skip
    for size in ({"width": 390, "height": 844}, {"width": 1366, "height": 768}):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for path in paths:
            page.goto(f"{live_site}{path}")
            if "cockpit" in path:
                page.locator("[data-load] .quiet, [data-load] .big").first.wait_for()
                page.locator("[data-chart] svg").first.wait_for()
            assert beside(page) == [], (path, size)
            assert not chinese_on(page.content(), known), path
