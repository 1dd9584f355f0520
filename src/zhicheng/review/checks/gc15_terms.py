"""GC15 名称统一：一份文件、一个指标、一个部门、一种报告只有一个名称。"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

from zhicheng.review.document import Block, Document
from zhicheng.review.facts.organisation import department_mentions, departments_described
from zhicheng.review.finding import Finding, found, place
from zhicheng.review.profile import Profile

_FIX = "全文用同一个名称；确是两样东西，请说明区别。"
_REPORT = re.compile(r"(?:企业)?(质量诚信|质量信用|社会责任|企业诚信|产品质量|质量)(?:体系)?(?:年度)?报告")
_OWN_REPORT = re.compile(r"发布|本报告|公开|编制|披露|公布|本册")


def terms(document: Document, profile: Profile) -> Iterator[Finding]:
    """Two names for the report, a controlled document, an indicator or a department."""
    yield from _report_name(document)
    yield from _documents(document)
    yield from _indicators(document)
    yield from _departments(document)


def _report_name(document: Document) -> Iterator[Finding]:
    title = next(
        (
            block
            for block in document.blocks[:15]
            if block.kind in ("title", "heading", "paragraph")
            and len(block.plain) <= 34
            and _REPORT.search(block.plain)
        ),
        None,
    )
    if title is None:
        return
    own = _REPORT.search(title.plain)
    if own is None:
        return
    for block in document.blocks:
        if block.kind not in ("paragraph", "item") or block is title:
            continue
        for match in _REPORT.finditer(block.plain):
            if (
                match.group(1) == own.group(1)
                or match.group(1) == "社会责任"
                or (
                    match.group(1) == "质量"
                    and "本" not in block.plain[max(0, match.start() - 2) : match.start()]
                )
            ):
                continue
            inside = re.search(r"《[^》]*$", block.plain[: match.start()])
            follows = re.match(r"(?:编写|编制)?(?:指南|规范|准则|标准)", block.plain[match.end() :])
            if follows or (inside and re.match(r"[^》]*(?:指南|规范|准则)", block.plain[match.end() :])):
                continue
            sentence = re.split(r"[。；]", block.plain[: match.start()])[-1]
            if _OWN_REPORT.search(sentence + block.plain[match.end() : match.end() + 8]):
                yield found(
                    "GC15",
                    "question",
                    block,
                    f"这里称“{match.group()}”，封面（{place(title)}）称“{own.group()}”：一份报告两个名称。",
                    _FIX,
                    match.span(),
                )


_DOCUMENT = re.compile(
    r"《([\u4e00-\u9fff、或和与及()]{4,30}(?:程序|制度|办法|规定|规程|手册|标准|细则|规范|准则|预案|报告|统计表|记录|单|表|责任书|协议))》"
)


def _documents(document: Document) -> Iterator[Finding]:
    names: dict[str, tuple[Block, tuple[int, int]]] = {}
    for block in document.blocks:
        for match in _DOCUMENT.finditer(block.plain):
            names.setdefault(match.group(1), (block, match.span()))
    listed = sorted(names.items(), key=lambda item: item[1][0].index)
    for at, (later, (block, span)) in enumerate(listed):
        for earlier, (first, _) in listed[:at]:
            if _near(earlier, later):
                yield found(
                    "GC15",
                    "question",
                    block,
                    f"《{later}》与{place(first)}的《{earlier}》只差几个字：是不是同一份文件？",
                    _FIX,
                    span,
                )
                break


_DISTINCT = ("进货", "过程", "最终", "出货", "内部", "外部", "供方", "顾客", "设计", "采购", "生产", "销售", "环境", "安全", "质量", "健康", "文件", "记录", "培训", "设备",
             "原材料", "成品", "半成品", "国内", "国外", "原料", "纠正", "预防", "员工", "客户", "监视", "领导", "廉政")  # fmt: skip


def _near(one: str, other: str) -> bool:
    """Names of a kind that differ in a particle or two, not in what they are about."""
    bare_one, bare_other = (
        re.sub(r"[或和与及、()]|控制|管理|程序$|制度$|办法$", "", name) for name in (one, other)
    )
    if bare_one == bare_other:
        return True
    if one[-2:] != other[-2:]:
        return False
    if abs(len(one) - len(other)) > 3 or SequenceMatcher(None, one, other).ratio() < 0.85:
        return False
    only = set(re.findall("|".join(_DISTINCT), one)) ^ set(re.findall("|".join(_DISTINCT), other))
    return not only


_KIN = (
    ("一次合格率", re.compile(r"一次性?(?:交验|检验|交检)?合格率")),
    ("顾客满意度", re.compile(r"(?:顾客|客户|用户)满意(?:度|率)")),
    ("出厂合格率", re.compile(r"(?:产品)?出厂(?:检验)?合格率")),
    ("交付及时率", re.compile(r"(?:准时|按时|及时)交(?:付|货)率|交(?:付|货)(?:准时|及时|按时)率")),
    ("投诉处理率", re.compile(r"(?:顾客|客户)?投诉(?:处理|办结|关闭)(?:及时)?率")),
)


def _indicators(document: Document) -> Iterator[Finding]:
    """Indicators whose names differ in a syllable: 一次合格率, 一次性合格率, 一次交验合格率."""
    for canonical, pattern in _KIN:
        spelled: Counter[str] = Counter()
        where: dict[str, tuple[Block, int, int]] = {}
        for block in document.blocks:
            if block.kind == "contents":
                continue
            for match in pattern.finditer(block.plain):
                spelled[match.group()] += 1
                where.setdefault(match.group(), (block, *match.span()))
        bare = {re.sub(r"^产品", "", name) for name in spelled}
        if len(bare) < 2 or (
            canonical == "投诉处理率" and len({re.sub("及时|顾客|客户", "", n) for n in bare}) < 2
        ):
            continue
        usual = spelled.most_common(1)[0][0]
        for name in spelled:
            if re.sub(r"^产品", "", name) != re.sub(r"^产品", "", usual):
                block, start, end = where[name]
                yield found(
                    "GC15",
                    "question",
                    block,
                    f"“{name}”与“{usual}”（{place(where[usual][0])}）是不是同一个指标？",
                    _FIX,
                    (start, end),
                )


def _departments(document: Document) -> Iterator[Finding]:
    """综合部 and 综合管理部: one described, the other only named."""
    described = departments_described(document)
    if not described:
        return
    mentions = department_mentions(document)
    counts = Counter(mention.name for mention in mentions)
    seen: set[str] = set()
    for mention in mentions:
        if mention.name in described or mention.name in seen or mention.block.kind == "heading":
            continue
        for known in described:
            short, long = sorted((known, mention.name), key=len)
            alike = (
                short[:-1] in long
                and long.endswith(short[-1])
                and short[-1] == long[-1]
                and short[:2] == long[:2]
            )
            if alike and counts[mention.name] <= counts[known]:
                seen.add(mention.name)
                yield found(
                    "GC15",
                    "question",
                    mention.block,
                    f"“{mention.name}”与“{known}”（{place(described[known].block)}）是不是同一个部门？",
                    _FIX,
                    (mention.start, mention.end),
                )
                break
