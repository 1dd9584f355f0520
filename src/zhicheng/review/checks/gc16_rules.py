"""GC16 规则相容：等级的界限不重叠、不留空，上下限不矛盾。"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from zhicheng.review.document import Block, Document
from zhicheng.review.facts.quantities import chinese_count
from zhicheng.review.finding import Finding, found, place
from zhicheng.review.profile import Profile

_FIX = "重新写明各档的界限，含或不含端点，使每个值恰好落在一档。"
_N = r"(\d+(?:\.\d+)?)"
_BANDS = (
    (re.compile(rf"{_N}(?:分|%)?(?:[-—~～]|至|到){{1,2}}{_N}(分|%|万元|起|次|小时|天|人)(?:的|之间|\([^()]*\))?(?:[为是:：,，]|评为|属于|定为|列为)?(?P<name>[\u4e00-\u9fffA-D]{{1,6}})"), "range"),
    (re.compile(rf"(?:≥|>=|不低于|大于等于){_N}(分|%|万元|起|次|小时|天|人)(?:的)?(?:[为是:：,，]|评为|属于|定为)?(?P<name>[\u4e00-\u9fffA-D]{{1,6}})"), "from"),
    (re.compile(rf"{_N}(分|%|万元|起|次|小时|天|人)(?:\(含\))?(?:及)?以上(?:\(含\d*\))?(?:的)?(?:[为是:：,，]|评为|属于|定为)?(?P<name>[\u4e00-\u9fffA-D]{{1,6}})"), "from"),
    (re.compile(rf"{_N}(分|%|万元|起|次|小时|天|人)(?:\(不含\))?以下(?:的)?(?:[为是:：,，]|评为|属于|定为)?(?P<name>[\u4e00-\u9fffA-D]{{1,6}})"), "under"),
    (re.compile(rf"(?:<|＜|低于|小于|不足){_N}(分|%|万元|起|次|小时|天|人)(?:的)?(?:[为是:：,，]|评为|属于|定为)?(?P<name>[\u4e00-\u9fffA-D]{{1,6}})"), "under"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Band:
    low: Decimal | None
    high: Decimal | None
    unit: str
    name: str
    block: Block
    start: int
    end: int


def rules(document: Document, profile: Profile) -> Iterator[Finding]:
    """Bands of a scale, reversed ranges, limits that exclude each other, one number for two frequencies."""
    for block in document.blocks:
        if block.kind in ("contents", "heading"):
            continue
        yield from _reversed(block)
    yield from _scales(document)
    yield from _limits(document)
    yield from _frequencies(document)
    yield from _all_or_sample(document)


def _reversed(block: Block) -> Iterator[Finding]:
    for match in re.finditer(
        rf"(?<![\d.\-—年月/A-Za-z:]){_N}(分|%|℃|小时|天|人|万元)?(?:[-~～—]|至){{1}}{_N}(分|%|℃|小时|天|人|万元)(?!前)",
        block.plain,
    ):
        low, high = Decimal(match[1]), Decimal(match[3])
        lead = block.plain[max(0, match.start() - 12) : match.start()]
        if low > high and not re.search(r"从|由|降|减|下降|降低|缩短|零下|-$", lead):
            yield found(
                "GC16",
                "error",
                block,
                f"范围“{match.group()}”的下限大于上限。",
                "交换或改正两端。",
                match.span(),
            )


def _bands(block: Block) -> list[Band]:
    bands: list[Band] = []
    taken: list[tuple[int, int]] = []
    for pattern, kind in _BANDS:
        for match in pattern.finditer(block.plain):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            taken.append(match.span())
            if kind == "range":
                low, high = sorted((Decimal(match[1]), Decimal(match[2])))
                bands.append(Band(low, high, match[3], match["name"], block, *match.span()))
            elif kind == "from":
                bands.append(Band(Decimal(match[1]), None, match[2], match["name"], block, *match.span()))
            else:
                bands.append(Band(None, Decimal(match[1]), match[2], match["name"], block, *match.span()))
    return bands


def _scales(document: Document) -> Iterator[Finding]:
    for block in document.blocks:
        if block.kind in ("contents", "heading"):
            continue
        bands = _bands(block)
        units = {band.unit for band in bands}
        if len(bands) < 3 or len(units) != 1:
            continue
        yield from _ladder(bands)


def _ladder(bands: list[Band]) -> Iterator[Finding]:
    ordered = sorted(bands, key=lambda band: (band.low is not None, band.low or Decimal(0)))
    for lower, upper in itertools.pairwise(ordered):
        if lower.high is None or upper.low is None:
            if lower.low is not None and upper.low is not None and lower.high is None:
                continue
            continue
        span = (min(lower.start, upper.start), max(lower.end, upper.end))
        if lower.high > upper.low:
            yield found(
                "GC16",
                "error",
                upper.block,
                f"“{lower.name}”到 {lower.high}{lower.unit}，“{upper.name}”从 {upper.low}{upper.unit} 起：两档重叠。",
                _FIX,
                span,
            )
        elif upper.low - lower.high > 1:
            yield found(
                "GC16",
                "error",
                upper.block,
                f"{lower.high}{lower.unit} 与 {upper.low}{upper.unit} 之间不属于任何一档。",
                _FIX,
                span,
            )


_LIMIT = re.compile(
    rf"(?P<name>[\u4e00-\u9fff]{{2,8}}(?:率|时间|周期|人数|次数|温度|湿度|满意度|间隔|期限))(?:应|须|必须|要|一般)?(?P<sign>不低于|不少于|不小于|≥|不高于|不超过|不大于|≤){_N}(?P<unit>%|分|天|小时|个月|次|人|℃)"
)


def _limits(document: Document) -> Iterator[Finding]:
    """不低于 X and 不超过 Y of the same thing with X above Y: nothing satisfies both."""
    said: dict[tuple[str, str], list[tuple[str, Decimal, Block, tuple[int, int], str]]] = {}
    for block in document.prose:
        for match in _LIMIT.finditer(block.plain):
            sign = "low" if match["sign"] in ("不低于", "不少于", "不小于", "≥") else "high"
            name = re.sub(r"^.*(?:的|公司|各|其)", "", match["name"])
            said.setdefault((name, match["unit"]), []).append(
                (sign, Decimal(match[3]), block, match.span(), match.group())
            )
    for same in said.values():
        lows = [one for one in same if one[0] == "low"]
        highs = [one for one in same if one[0] == "high"]
        for low in lows:
            for high in highs:
                if low[1] > high[1]:
                    later = max(low, high, key=lambda one: one[2].index)
                    earlier = low if later is high else high
                    yield found(
                        "GC16",
                        "error",
                        later[2],
                        f"“{later[4]}”与{place(earlier[2])}的“{earlier[4]}”不能同时满足。",
                        "核对两条规定，保留对的一条。",
                        later[3],
                    )


_ACTIVITY = (
    "内部审核|内审|管理评审|质量例会|质量分析会|消防演练|应急演练|顾客满意度调查|客户满意度调查|满意度调查|设备点检|工艺纪律检查|供方评价|供应商评价|校准|检定|体检"
    "|安全检查|培训需求调查|质量检查|安全培训"
)
_PERIOD = r"每(?P<n>[一二两三四五六七八九十\d]{0,2})个?(?P<unit>天|日|周|月|季度?|半年|年)"
_TIMES = r"(?P<times>[一二两三四五六七八九十\d]{1,2})次"
_FILL = r"(?:至少|不少于|定期|都|各|由[^，。；]{1,8})?(?:进行|开展|组织|召开|举行|实施|做)?"
_EVERY = (
    re.compile(rf"{_PERIOD}{_FILL}(?:{_TIMES})?(?:的)?(?P<what>{_ACTIVITY})"),
    re.compile(rf"(?P<what>{_ACTIVITY}){_FILL}{_PERIOD}{_FILL}{_TIMES}"),
)
_A_YEAR = {"天": 365, "日": 365, "周": 52, "月": 12, "季": 4, "季度": 4, "半年": 2, "年": 1}
_SAME = {
    "内审": "内部审核",
    "顾客满意度调查": "满意度调查",
    "客户满意度调查": "满意度调查",
    "供应商评价": "供方评价",
}


def _frequencies(document: Document) -> Iterator[Finding]:
    """The same activity every month here, every quarter there."""
    first: dict[str, tuple[float, str, Block]] = {}
    for block in document.blocks:
        if block.kind in ("contents", "heading", "caption"):
            continue
        for match in (one for pattern in _EVERY for one in pattern.finditer(block.plain)):
            what = _SAME.get(match["what"], match["what"])
            often = (
                (chinese_count(match["times"] or "一") or 1)
                * _A_YEAR[match["unit"]]
                / (chinese_count(match["n"] or "一") or 1)
            )
            said = re.sub(match["what"], "", match.group())
            known = first.setdefault(what, (often, said, block))
            if known[0] == often or known[2] is block:
                continue
            for severity, one, here, span, another, otherwise in (
                ("error", block, said, match.span(), known[2], known[1]),
                ("note", known[2], known[1], None, block, said),
            ):
                yield found("GC16", severity, one, f"“{what}”这里是“{here}”，{place(another)}是“{otherwise}”：频次矛盾。",  # type: ignore[arg-type]
                            "核对程序文件，改为同一频次。", span)  # fmt: skip


_BOUGHT = r"(?:原材料|原辅材料|原料|进货|来料|外购|外协|采购|物资)"
_ALL = re.compile(rf"{_BOUGHT}[^。；]{{0,24}}?(?:批批全检|全检|全数检验|逐件检验|100%检验)(?!项)")
_SAMPLE = re.compile(rf"{_BOUGHT}[^。；]{{0,24}}?(?:抽检|抽样检验|抽查检验)")


def _all_or_sample(document: Document) -> Iterator[Finding]:
    """Bought goods inspected piece by piece here, by sample there, and nothing that says which goods how."""
    everything: tuple[Block, tuple[int, int]] | None = None
    sampled: tuple[Block, tuple[int, int]] | None = None
    for block in document.prose:
        whole, part = _ALL.search(block.plain), _SAMPLE.search(block.plain)
        if whole and part:
            return  # one sentence tells both apart
        if whole and everything is None:
            everything = (block, whole.span())
        if part and sampled is None:
            sampled = (block, part.span())
    if everything and sampled:
        later, earlier = sorted((everything, sampled), key=lambda one: -one[0].index)
        yield found(
            "GC16",
            "question",
            later[0],
            f"进货这里和{place(earlier[0])}一处说全检，一处说抽检：按什么区分？",
            "写明哪些物资全检，哪些抽检。",
            later[1],
        )
        yield found(
            "GC16",
            "note",
            earlier[0],
            f"与{place(later[0])}的检验方式不同。",
            "写明哪些物资全检，哪些抽检。",
            earlier[1],
        )
