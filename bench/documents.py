"""How long pages of documents and the search of their text take among 5,000 documents with 40,000 editions.

Limits: 95th percentile of the whole request under 150 ms for pages and under 200 ms for the search. The database is a fresh SQLite
file, or with ZHICHENG_DATABASE=postgresql://… that PostgreSQL database (empty). Rows are copies of one document and of its editions;
texts are drawn from a vocabulary with a fixed seed: forty paragraphs, three of which each edition changes.

Usage: ``python bench/documents.py [documents]``
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "src")]
EDITIONS, PARAGRAPHS, CHANGED, ROUNDS = 8, 40, 3, 60
PAGE_MS, SEARCH_MS = 150, 200
RARE = "氦质谱检漏"
WORDS = [
    "检验员",
    "质量经理",
    "应当",
    "按照",
    "规定",
    "填写",
    "记录",
    "保存",
    "三年",
    "内部审核",
    "管理评审",
    "不合格",
    "标识",
    "隔离",
    "处置",
    "顾客",
    "投诉",
    "供方",
    "评价",
    "采购",
    "合格",
    "批次",
    "抽样",
    "方案",
    "放行",
    "签字",
    "设备",
    "校准",
    "周期",
    "环境",
    "温度",
    "湿度",
    "培训",
    "计划",
    "考核",
    "岗位",
    "职责",
    "权限",
    "文件",
    "编制",
    "审核",
    "批准",
    "发布",
    "修订",
    "作废",
    "收回",
    "分发",
    "表单",
    "编号",
    "生产",
    "工序",
    "首件",
    "巡检",
    "末检",
    "统计",
    "分析",
    "纠正",
    "预防",
    "措施",
    "验证",
    "有效",
    "责任",
    "部门",
    "每月",
    "每年",
    "报告",
    "会议",
    "改进",
    "目标",
    "指标",
    "完成",
    "风险",
    "机会",
    "沟通",
    "外部",
    "相关方",
    "法规",
    "标准",
    "更新",
    "登记",
    "汇总",
    "上报",
]


def set_up(home: Path) -> Any:
    """An installation with one document in its eighth edition, and an account."""
    from bench import kills

    house = kills.set_up(home)
    from tests.processes.test_document import draft, in_force, issued
    from zhicheng.core.account import Account
    from zhicheng.core.writers import amend
    from zhicheng.processes.document import rendering

    rendering._set.clear()
    of, _edition = in_force(house)
    clauses = [
        {"clause": "5.2", "process": "inspection.lot", "step": "judge", "role": "inspector", "hours": 24}
    ]
    of = amend(of, {"clauses": clauses}, by=house.actor("department_head"), version=of.version)
    for n in range(EDITIONS - 1):
        issued(house, draft(house, house.fresh(of), text=f"# 1 目的\n\n第 {n} 次修订的正文。\n" + sample(n)))
    for n in range(1000):
        house.judged(f"PO-{n}")
    return Account.objects.make("bench", "a-long-password", house.people["quality_manager"])


def sample(seed: int) -> str:
    """A text in Markdown."""
    chance = random.Random(seed)
    return "\n".join(f"{paragraph(chance)}\n" for _ in range(PARAGRAPHS))


def paragraph(chance: random.Random) -> str:
    """A paragraph of some sixty characters."""
    return "".join(chance.choice(WORDS) for _ in range(chance.randint(16, 30))) + "。"


def multiply(wanted: int) -> None:
    """Fill the tables: documents, their editions, and the paragraphs of all."""
    from django.db import transaction

    from bench.lists import copy_first
    from zhicheng.core.process import registry
    from zhicheng.processes.document.index import Paragraph, keep

    text = "CAST({} AS TEXT)"
    document, edition = registry["document.document"].model, registry["document.edition"].model
    new = {
        "number": f"'WJ-' || {text.format('n')}",
        "code": f"'QES-' || {text.format('n')} || '-2025'",
        "name": f"'制度第' || {text.format('n')} || '号'",
        "business_key": f"'B' || {text.format('n')}",
        "level": "CASE n % 3 WHEN 0 THEN 'manual' WHEN 1 THEN 'procedure' ELSE 'instruction' END",
    }
    copy_first(document, wanted, new)
    nth = f"((n - 1) % {EDITIONS})"
    copy_first(
        edition,
        wanted * EDITIONS,
        {
            "number": f"'WB-' || {text.format('n')}",
            "document_id": f"CASE WHEN n <= {EDITIONS} THEN 1 ELSE (n - 1) / {EDITIONS} + 1 END",
            "code": f"'QES-' || {text.format(f'((n - 1) / {EDITIONS} + 1)')} || '-2025'",
            "minor": nth,
            "edition": f"'A/' || {text.format(f'({nth} + 1)')}",
            "state": f"CASE WHEN {nth} = {EDITIONS - 1} THEN 'in_force' ELSE 'superseded' END",
        },
    )
    chance = random.Random(7)
    with transaction.atomic():
        for start in range(2, wanted + 1, 50):
            several = range(start, min(start + 50, wanted + 1))
            keep([one for k in several for one in paragraphs(Paragraph, k, chance)])


def paragraphs(made: Any, k: int, chance: random.Random) -> list[Any]:
    """The paragraphs of a document over its editions; every hundredth document speaks of something rare."""
    standing = [made(document=k, first=10_000, text=paragraph(chance)) for _ in range(PARAGRAPHS)]
    if k % 100 == 0:
        standing[0].text = f"{RARE}{standing[0].text}"
    ended = []
    for order in range(10_001, 10_000 + EDITIONS):
        for at in chance.sample(range(1, PARAGRAPHS), CHANGED):
            standing[at].last = order - 1
            ended.append(standing[at])
            standing[at] = made(document=k, first=order, text=paragraph(chance))
    return [*ended, *standing]


def pages(wanted: int) -> dict[str, int]:
    """What is asked for, each with its limit in milliseconds."""
    lists = ("", "?state=in_force&level=procedure", "?q=QES-77", "?controlled=true&category=预案机制及制度")
    found = {f"/document.document/{one}": PAGE_MS for one in lists}
    found["/document.document/WJ-0001/"] = PAGE_MS
    found[f"/document.edition/?document=WJ-{wanted // 2}"] = PAGE_MS
    found[f"/document.edition/WB-{wanted * 4}/"] = PAGE_MS
    newest = "/documents/editions/WB-2026-0008"
    found |= {newest: PAGE_MS, f"{newest}?with=WB-2026-0007": PAGE_MS}
    found["/documents/WJ-0001/practice"] = PAGE_MS
    found["/documents/search"] = PAGE_MS  # everything is still to be read
    for words in (RARE, "质量经理", "检验员 不合格", "没有这样的话", "内部审核管理评审", "QES-4321"):
        for former in ("", "&former=1"):
            found[f"/documents/search?q={words}{former}"] = SEARCH_MS
    return found


def main() -> int:
    """Print a line for each page: median and 95th percentile; fail over a limit."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    slow = 0
    with tempfile.TemporaryDirectory() as home:
        account = set_up(Path(home))
        from django.db import connection
        from django.test import Client

        start = time.perf_counter()
        multiply(wanted)
        from zhicheng.processes.document.index import Paragraph

        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        said = f"{wanted} documents, {wanted * EDITIONS} editions, {Paragraph.objects.count()} paragraphs"
        print(f"{connection.vendor}: {said} made in {time.perf_counter() - start:.0f} s", flush=True)
        client = Client()
        client.force_login(account)
        for page, limit in pages(wanted).items():
            times = []
            for _round in range(ROUNDS + 1):
                start = time.perf_counter()
                answer = client.get(page)
                times.append((time.perf_counter() - start) * 1000)
                if answer.status_code != 200:
                    raise SystemExit(f"{page}: {answer.status_code}")
            p95 = statistics.quantiles(times[1:], n=20)[-1]
            slow += p95 > limit
            print(f"{statistics.median(times[1:]):6.1f} ms, p95 {p95:6.1f} of {limit}: {page}")
        connection.close()
    print("over a limit" if slow else "all limits kept")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
