"""GC01 事实唯一：同一数量（主体、属性、范围、期间相同）全文只有一个值。"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from zhicheng.review.document import Block, Document
from zhicheng.review.facts.statements import Statement, statements
from zhicheng.review.finding import Finding, Severity, found, place
from zhicheng.review.profile import Profile

_FIX = "核对原始记录，全文改为同一个值；若口径不同（期间、范围），请把口径写在数字旁。"


def fact_table(document: Document, profile: Profile) -> Iterator[Finding]:
    """Quantities, response times, founding dates and contact data that are given twice with two values."""
    yield from _quantities(document, float(profile.number("GC01", "about", 0.2)))
    yield from _times(document)
    yield from _founded(document)
    yield from _contacts(document)


def _pair(severity: Severity, first: tuple[Block, int, int], second: tuple[Block, int, int], what: str,
          values: tuple[str, str]) -> Iterator[Finding]:  # fmt: skip
    """A finding at the later place, and a note at the earlier that points to it."""
    earlier, later = first, second
    yield found(
        "GC01", severity, later[0], f"{what}在这里是“{values[1]}”，{place(earlier[0])}是“{values[0]}”：同一事实有两个值。",
        _FIX, later[1:],
    )  # fmt: skip
    yield found(
        "GC01", "note", earlier[0], f"{what}在这里是“{values[0]}”，{place(later[0])}是“{values[1]}”，两处不一致。", _FIX, earlier[1:]
    )  # fmt: skip


def _quantities(document: Document, tolerance: float) -> Iterator[Finding]:
    groups: dict[tuple[object, ...], list[Statement]] = defaultdict(list)
    for statement in statements(document):
        if statement.kind == "actual":
            groups[(statement.name, statement.scope, statement.unit)].append(statement)
    for same in groups.values():
        reported: set[int] = set()
        for later in same[1:]:
            first = _first_conflict(same, later, tolerance)
            if first is None or later.block.index in reported:
                continue
            reported.add(later.block.index)
            certain = _certain(first, later)
            yield from _pair(
                "error" if certain else "question",
                (first.block, first.start, first.end),
                (later.block, later.start, later.end),
                f"“{later.name}”" + (f"（{later.year} 年）" if later.year else ""),
                (_shown(first), _shown(later)),
            )


def _first_conflict(same: list[Statement], later: Statement, tolerance: float) -> Statement | None:
    for first in same:
        if first is later:
            return None
        if first.block.index == later.block.index and first.block.kind == "row":
            continue
        years = {first.year, later.year}
        if len(years) == 2 and None not in years:
            continue
        if len(years) == 2 and first.unit != "%" and first.name not in _STANDING:
            continue
        if first.value == later.value:
            continue
        if first.about or later.about or first.bound or later.bound:
            larger = max(abs(first.value), abs(later.value))
            if larger == 0 or abs(first.value - later.value) / larger <= tolerance:
                continue
        if _rounded_alike(first, later):
            continue
        return first
    return None


_STANDING = frozenset({"注册资本", "占地面积", "建筑面积", "员工总数"})


def _rounded_alike(first: Statement, later: Statement) -> bool:
    decimals = min(first.decimals, later.decimals)
    return round(first.value, decimals) == round(later.value, decimals) and first.decimals != later.decimals


def _certain(first: Statement, later: Statement) -> bool:
    if first.about or later.about or first.year != later.year:
        return False
    if first.block.kind == "row" and later.block.kind == "row":
        return first.block.table == later.block.table
    return first.name in _STANDING or first.year is not None or first.unit == "%"


def _shown(statement: Statement) -> str:
    return re.sub(r"\s+", "", statement.said)[-24:]


_TIME = re.compile(
    r"(?P<number>\d+(?:\.\d+)?|[一二两三四五六七八九十]{1,3})(?:个)?(?P<unit>小时|h|工作日|天|日|分钟)(?:之?内|以内)?(?P<between>[^，。；、\d]{0,12}?)"
    r"(?P<act>响应|回应|答复|回复|到达|赶到|抵达|赴现场|到现场|处理完毕|处理|解决|给出方案|提出方案|制定方案|反馈|整改|关闭|维修完成|排除故障|发货)"
)
_ACTS = {"回应": "响应", "回复": "答复", "赶到": "到达", "抵达": "到达", "赴现场": "到达", "到现场": "到达", "处理完毕": "处理",
         "提出方案": "给出方案", "制定方案": "给出方案"}  # fmt: skip
_KIN_ACTS = {"响应": ("答复",), "答复": ("响应",)}
_WHO = re.compile(
    r"省内|省外|国内|国外|海外|境外|市内|市外|本市|外地|重大|较大|一般|严重|轻微|紧急|普通|潜在|夜间|节假日|电话|书面|邮件|[A-C]类|[一二三]级"
)
_OBJECT = re.compile(
    r"投诉|报修|故障|咨询|询价|订单|召回|退货|不合格|来料|样品|事故|整改|热线|质量问题|服务请求|意见"
)
_HOURS = {"小时": 1, "h": 1, "天": 24, "日": 24, "工作日": 24, "分钟": 1 / 60}


def _times(document: Document) -> Iterator[Finding]:
    """Two limits for the same step towards the same people: 24 小时内响应 and 48 小时内响应."""
    from zhicheng.review.facts.quantities import chinese_count

    said: dict[tuple[object, ...], tuple[float, Block, int, int, str]] = {}
    for sentence in document.sentences:
        for match in _TIME.finditer(sentence.text):
            count = float(match["number"]) if match["number"][0].isdigit() else chinese_count(match["number"])
            if count is None:
                continue
            act = _ACTS.get(match["act"], match["act"])
            clause = re.split(r"[；;]", sentence.text[: match.end()])[-1]
            scope = frozenset(_WHO.findall(clause.rpartition("，")[2] or clause)) or frozenset(
                _WHO.findall(clause)[-1:]
            )
            topic = frozenset(_OBJECT.findall(sentence.text[: match.end() + 6])[-1:])
            hours = count * _HOURS[match["unit"]]
            spot = (sentence.start + match.start(), sentence.start + match.end())
            key = (act, scope, topic)
            kin = next(
                (said[(one, scope, topic)] for one in _KIN_ACTS.get(act, ()) if (one, scope, topic) in said),
                None,
            )
            if kin is not None and scope and abs(kin[0] - hours) > 1e-9 and kin[1] is not sentence.block:
                yield from _pair(
                    "question",
                    (kin[1], kin[2], kin[3]),
                    (sentence.block, *spot),
                    "答复的时限",
                    (kin[4], match.group()),
                )
            if key not in said:
                said[key] = (hours, sentence.block, *spot, match.group())
                continue
            other = said[key]
            if abs(other[0] - hours) > 1e-9 and other[1] is not sentence.block:
                severity: Severity = "error" if topic else "question"
                yield from _pair(severity, (other[1], other[2], other[3]), (sentence.block, *spot),
                                 f"“{act}”的时限", (other[4], match.group()))  # fmt: skip


_FOUNDED = re.compile(
    r"(?:(?:公司|本公司|企业|有限公司)(?:的前身)?(?:是|正式)?(?:成立|创建|创办|始建|创立|组建)于((?:19|20)\d{2})年(?:(\d{1,2})月)?"
    r"|((?:19|20)\d{2})年(?:(\d{1,2})月)?(?:\d{1,2}日)?[，,]?(?:公司|本公司)?(?:正式)?(?:成立|创建|创立)(?![\u4e00-\u9fff]*(?:小组|委员会|中心|部|机构|分公司|实验室|协会)))"
)


def _founded(document: Document) -> Iterator[Finding]:
    first: tuple[int, int | None, Block, int, int, str] | None = None
    for block in document.prose:
        for match in _FOUNDED.finditer(block.plain):
            tail = block.plain[match.end() : match.end() + 14]
            if match[3] and re.match(
                r"了?[\u4e00-\u9fff]{0,12}(?:小组|委员会|中心|部门|部|机构|分公司|实验室|协会|工会|支部)",
                tail,
            ):
                continue
            year, month = int(match[1] or match[3]), match[2] or match[4]
            spot = (
                int(year),
                int(month) if month else None,
                block,
                match.start(),
                match.end(),
                match.group(),
            )
            if first is None:
                first = spot
            elif first[0] != spot[0] or (first[1] and spot[1] and first[1] != spot[1]):
                yield from _pair("error", first[2:5], spot[2:5], "公司成立时间", (first[5], spot[5]))


_CONTACT = (
    ("统一社会信用代码", re.compile(r"统一社会信用代码[为是:：]{0,2}([0-9A-Z]{15,20})")),
    ("法定代表人", re.compile(r"法定代表人[为是:：]{1,2}([\u4e00-\u9fff]{2,4})(?=[，。；\t)]|$)")),
    ("邮政编码", re.compile(r"(?:邮政编码|邮编)[为是:：]{0,2}(\d{6})")),
    ("网址", re.compile(r"((?:https?://)?www\.[A-Za-z0-9.-]+)")),
    ("服务热线", re.compile(r"(?:服务热线|客服热线|投诉电话|服务电话|热线电话)[为是:：]{0,2}([\d-]{7,18})")),
)


def _contacts(document: Document) -> Iterator[Finding]:
    for what, pattern in _CONTACT:
        first: tuple[str, Block, int, int] | None = None
        for block in document.blocks:
            for match in pattern.finditer(block.plain):
                said = (
                    re.sub(r"^https?://", "", match[1]).rstrip(".-").lower() if what == "网址" else match[1]
                )
                if first is None:
                    first = (said, block, match.start(1), match.end(1))
                elif said != first[0]:
                    severity: Severity = "question" if what in ("网址", "服务热线") else "error"
                    yield from _pair(
                        severity, first[1:], (block, match.start(1), match.end(1)), what, (first[0], said)
                    )
