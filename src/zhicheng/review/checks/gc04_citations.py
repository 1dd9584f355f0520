"""GC04 引用：标准、法律、主管部门在报告日期存在且有效，编号、名称、类别写得对。"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from zhicheng.review.document import Block, Document
from zhicheng.review.facts.citations import LAW, Citation, citations, class_of
from zhicheng.review.facts.dates import report_date
from zhicheng.review.finding import Finding, Severity, found
from zhicheng.review.profile import Profile
from zhicheng.review.register import Law, Register, Standard, day_of, key_of, register

_UNREAD = "（登记的依据未核对原文，请到国家标准全文公开系统核对）"


def citations_valid(document: Document, profile: Profile) -> Iterator[Finding]:
    """Standards, laws and authorities, judged at the report's date."""
    known = register(profile.registers)
    day = profile.date or report_date(document)
    for citation in citations(document):
        yield from _form(citation)
        yield from _class(citation)
        yield from _edition(citation, known, day)
        yield from _title(citation, known)
    for block in document.blocks:
        if block.kind != "contents":
            yield from _plans(block)
            yield from _loosely(block)
            yield from _laws(block, known, day)
            yield from _authorities(block, known, day)


def _span(citation: Citation) -> tuple[int, int]:
    return citation.start, citation.end


def _form(citation: Citation) -> Iterator[Finding]:
    """ISO-9001-2015, GBT 19001, GB/T 19001:2016: numbers that are not written as the standard bodies do."""
    right = citation.code
    wrong = citation.prefix == "GBT" or citation.gap not in ("", " ")
    if citation.year is not None:
        international = class_of(citation.prefix) == "国际"
        right += f"{':' if international else '-'}{citation.year}"
        if international and citation.joint not in (":", "："):
            wrong = True
        if not international and citation.joint in (":", "：") and citation.prefix.startswith("GB"):
            wrong = True
    if wrong:
        yield found(
            "GC04",
            "error",
            citation.block,
            f"标准编号写法不规范：“{citation.text}”应写作“{right}”。",
            f"改为“{right}”。",
            _span(citation),
        )


_CLASS_CELL = re.compile(r"(国家|行业|团体|地方|企业|国际)标准")


def _class(citation: Citation) -> Iterator[Finding]:
    actual = class_of(citation.prefix)
    called = citation.called
    if not called and citation.block.kind == "row":
        cells = [match[1] for cell in citation.block.plain_cells if (match := _CLASS_CELL.fullmatch(cell))]
        called = cells[0] if len(cells) == 1 else ""
    if called and actual != "计量" and called != actual:
        yield found("GC04", "error", citation.block,
                    f"{citation.text} 是{actual}标准，这里称作{called}标准。", f"改为“{actual}标准”，或改正编号。", _span(citation))  # fmt: skip


def _plans(block: Block) -> Iterator[Finding]:
    """A number of the plan, of a standard that is not issued yet."""
    for match in re.finditer(r"(?<!\d)20\d{6}-[TQ]-\d{3}(?!\d)", block.plain):
        yield found(
            "GC04",
            "question",
            block,
            f"“{match.group()}”是标准制修订计划号，不是标准号；标准尚未发布？",
            "写明是计划，或改为发布后的编号。",
            match.span(),
        )


_LOOSELY = (
    (re.compile(r"ISO\s?(?:9000|14000|27000|50000|45000)(?![\d]|[:：-]\d|族|系列|家族)(?=[^，。；]{0,8}(?:认证|标准|体系|证书))"), "是一族标准或术语标准，不是认证和符合的依据", "写出具体标准及年号，如 ISO 9001:2015。"),
    (re.compile(r"(?:《)?(?<!\d)(?:0[0-9]|1[0-9])\s?年?版?新[《\u4e00-\u9fff]{2,12}(?:法|准则|条例)》?"), "用两位年份和“新”字指称法规，读者无法确定版本", "写出全称和施行日期。"),
    (re.compile(r"标准草案|征求意见稿|报批稿|送审稿"), "是未发布的文本，不能作为依据", "改引已发布的标准。"),
)  # fmt: skip


def _loosely(block: Block) -> Iterator[Finding]:
    """References that name no definite text: ISO 14000 标准, 08 年新《企业所得税法》, 标准草案."""
    for pattern, wrong, fix in _LOOSELY:
        for match in pattern.finditer(block.plain):
            yield found("GC04", "question", block, f"“{match.group()}”{wrong}。", fix, match.span())


def _edition(citation: Citation, known: Register, day: datetime.date | None) -> Iterator[Finding]:
    if citation.year is None:
        return
    standard = known.standards.get(key_of(f"{citation.code}-{citation.year}"))
    years, confidence = known.editions.get(citation.code, (frozenset(), ""))
    if standard is None:
        if years and citation.year not in years:
            severity: Severity = "error" if confidence == "source" else "question"
            listed = "、".join(str(year) for year in sorted(years))
            yield found("GC04", severity, citation.block,
                        f"{citation.code} 没有 {citation.year} 年版（已知版本：{listed}）{'' if severity == 'error' else _UNREAD}。",
                        "核对标准的年号。", _span(citation))  # fmt: skip
        return
    if standard.status == "never_existed":
        yield found("GC04", "error", citation.block, f"{standard.code} 从未发布过，应为 {standard.replaced_by}。",
                    f"改为“{standard.replaced_by}”。", _span(citation))  # fmt: skip
    elif standard.status == "draft":
        yield found(
            "GC04",
            "question",
            citation.block,
            f"{standard.code} 登记时尚未发布（草案）。",
            "核对是否已发布，写明实际依据的版本。",
            _span(citation),
        )
    elif day is not None:
        yield from _validity(citation, standard, known, day)


def _validity(
    citation: Citation, standard: Standard, known: Register, day: datetime.date
) -> Iterator[Finding]:
    began = day_of(standard.published)
    if began is not None and day < began:
        yield found("GC04", "error" if standard.confidence == "source" else "question", citation.block,
                    f"报告日期（{day}）时 {standard.code} 尚未发布（{standard.published} 发布）。", "核对报告日期与所引版本。", _span(citation))  # fmt: skip
    if standard.status not in ("superseded", "withdrawn"):
        return
    if re.search(
        r"代替|替代|取代|废止|作废|换版|转换|原|旧版|升级|曾",
        citation.block.plain[max(0, citation.start - 16) : citation.end + 16],
    ):
        return
    successor = known.standards.get(key_of(standard.replaced_by)) if standard.replaced_by else None
    ended = day_of(successor.effective or successor.published, latest=True) if successor else None
    if successor is not None and ended is None:
        ended = day_of(successor.code[-4:], latest=True) if successor.code[-4:].isdigit() else None
    if ended is not None and day <= ended:
        return
    sure = (
        standard.confidence == "source"
        and ended is not None
        and (successor is None or successor.confidence == "source")
    )
    now = f"，现为 {standard.replaced_by}" if standard.replaced_by else ""
    when = f"自 {ended} 起" if ended else "（日期不详）"
    yield found("GC04", "error" if sure else "question", citation.block,
                f"报告日期（{day}）时 {standard.code} 已被代替或废止，{when}{now}{'' if sure else _UNREAD}。",
                f"改引 {standard.replaced_by}。" if standard.replaced_by else "删去，或说明为何仍用已废止的标准。", _span(citation))  # fmt: skip


def _bare(title: str) -> str:
    return re.sub(r"[\s\-—、，()（）:：]|第\d部分", "", title)


def _title(citation: Citation, known: Register) -> Iterator[Finding]:
    """The title that stands with the number against the titles that any edition has had."""
    if not citation.title:
        return
    titles = [row for row in known.standards.values() if row.code.rpartition("-")[0] == citation.code
              or row.code.rpartition(":")[0] == citation.code]  # fmt: skip
    titles = [row for row in titles if row.status != "never_existed"]
    if not titles:
        return
    said = _bare(citation.title)
    bracketed = f"《{citation.title}》" in citation.block.plain
    if any(said in _bare(row.title) or _bare(row.title) in said for row in titles):
        return
    nearest = max(titles, key=lambda row: SequenceMatcher(None, said, _bare(row.title)).ratio())
    likeness = SequenceMatcher(None, said, _bare(nearest.title)).ratio()
    if likeness < (0.3 if bracketed else 0.7):
        return
    sure = nearest.confidence == "source"
    start = citation.block.plain.find(citation.title)
    yield found("GC04", "error" if sure else "question", citation.block,
                f"{citation.code} 的名称是《{nearest.title}》，这里写作《{citation.title}》{'' if sure else _UNREAD}。",
                "按标准封面改正名称，或改正编号。", (start, start + len(citation.title)) if start >= 0 else _span(citation))  # fmt: skip


def _laws(block: Block, known: Register, day: datetime.date | None) -> Iterator[Finding]:
    for match in LAW.finditer(block.plain):
        name = match["name"]
        law = known.laws.get(name) or known.laws.get(re.sub(r"^(?:新|国家|\d+年新?)", "", name))
        if law is not None:
            yield from _law(block, match, law, day)
            continue
        near = [known_law for known_law in known.laws.values()
                if known_law.status == "current" and SequenceMatcher(None, name, known_law.name).ratio() >= 0.86
                and abs(len(name) - len(known_law.name)) <= 1]  # fmt: skip
        if near and name.endswith("法") and len(name) >= 5:
            yield found(
                "GC04",
                "question",
                block,
                f"没有找到《{name}》这部法律，是否指《{near[0].name}》？",
                "核对法律名称。",
                match.span(),
            )


def _law(block: Block, match: re.Match[str], law: Law, day: datetime.date | None) -> Iterator[Finding]:
    if law.status == "never":
        meant = f"，可能指《{law.replaced_by}》" if law.replaced_by else ""
        yield found(
            "GC04",
            "error",
            block,
            f"没有《{law.name}》这部法律：{law.source}{meant}。",
            "改为所依据的具体法律。",
            match.span(),
        )
    elif law.status == "abbreviation":
        yield found(
            "GC04",
            "question",
            block,
            f"《{law.name}》是简称，书名号里应写全称《{law.replaced_by}》。",
            f"改为《{law.replaced_by}》。",
            match.span(),
        )
    elif law.status == "repealed":
        ended = day_of(law.until)
        if day is not None and ended is not None and day >= ended:
            severity: Severity = "error" if law.confidence == "source" else "question"
            yield found("GC04", severity, block, f"《{law.name}》已于 {law.until} 废止（{law.source}），报告日期是 {day}。",
                        f"改为《{law.replaced_by}》。", match.span())  # fmt: skip
    elif day is not None and (since := day_of(law.since)) is not None and day < since:
        yield found(
            "GC04",
            "question",
            block,
            f"《{law.name}》自 {law.since} 起施行，报告日期是 {day}。",
            "核对报告日期。",
            match.span(),
        )


_PAST = re.compile(r"原|曾|前身|时任|((?:19|20)\d{2})年")


def _authorities(block: Block, known: Register, day: datetime.date | None) -> Iterator[Finding]:
    if day is None:
        return
    taken: list[tuple[int, int]] = []
    for authority in known.authorities:
        if authority.name not in block.plain or day < authority.until:
            continue
        for match in re.finditer(re.escape(authority.name), block.plain):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            taken.append(match.span())
            if _said_of_the_past(block, match.start(), authority.until):
                continue
            if authority.name in ("农业部", "文化部", "人事部", "卫生部", "环保部") and not re.search(
                r"国家|中国|中华人民共和国|国务院|、", block.plain[max(0, match.start() - 8) : match.start()]
            ):
                continue  # a company may have a department of this name
            if authority.name == "质量技术监督" and re.match(
                r"(?:局|部门|管理|学院|大学)", block.plain[match.end() :]
            ):
                continue
            soft = authority.name.endswith("部门") or authority.name == "质量技术监督"
            yield found("GC04", "question" if soft else "error", block,
                        f"“{authority.name}”在 {authority.until} 前的机构改革中已改为“{authority.now}”，报告日期是 {day}。",
                        f"改为“{authority.now}”；说往事时写“原{authority.name}”。", match.span())  # fmt: skip


def _said_of_the_past(block: Block, start: int, until: datetime.date) -> bool:
    """原工商局, or a sentence or row that is dated before the reform."""
    before = block.plain[:start]
    if before.endswith("原") or re.search(r"原(?:国家|省|市|[\u4e00-\u9fff]{1,6}[省市县区])?$", before):
        return True
    around = re.split(r"[。；]", before)[-1] if block.kind != "row" else block.plain
    years = [int(year) for year in re.findall(r"(?<!\d)((?:19|20)\d{2})(?:年|[-./])", around)]
    return any(year <= until.year and year < until.year + (until.month > 1) for year in years)
