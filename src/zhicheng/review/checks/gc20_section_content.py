"""GC20 文题相符：标题之下讲的是标题所说的事。"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zhicheng.review.document import Block, Document
from zhicheng.review.finding import Finding, found
from zhicheng.review.profile import Profile

# topic: words that a heading of the topic has, and words of which its text has at least one
TOPICS: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (name, re.compile(heading), re.compile(text))
    for name, heading, text in (
        ("计量", r"计量", r"计量|检定|校准|量具|测量|器具|仪器"),
        ("投诉", r"投诉", r"投诉|抱怨|意见|反馈|客诉"),
        ("采购", r"采购|供应商|供方", r"采购|供应商|供方|供货|来料|进货|外购|外协"),
        ("培训", r"培训|教育", r"培训|教育|学习|讲座|考核|授课|宣传|宣贯"),
        ("认证", r"认证", r"认证|证书|ISO|审核|GB/T"),
        ("检验", r"检验|检测", r"检验|检测|试验|抽检|检查|测试|送检"),
        ("风险", r"风险", r"风险|隐患|应急|预警|事故|事件|危险|预案"),
        ("公益", r"公益|慈善|捐", r"公益|捐|慈善|志愿|扶贫|助学|帮扶|爱心|资助"),
        ("环境保护", r"环境保护|环保|节能", r"环境|环保|节能|排放|废水|废气|废物|固废|能耗|能源|污染|低碳|绿色"),
        ("承诺", r"承诺", r"承诺|保证|遵守|确保|依法|诚信|严格"),
        ("标准", r"标准管理|标准化", r"标准"),
        ("售后", r"售后|服务", r"售后|服务|维修|回访|响应|用户|顾客|客户"),
        ("设计", r"设计|研发|创新", r"设计|研发|开发|创新|专利|技术|新产品|科研"),
        ("机构", r"管理机构|组织机构", r"部|岗位|职责|机构|负责|委员会|小组|总经理"),
        ("文化", r"质量文化|质量理念|企业文化", r"文化|理念|方针|愿景|使命|价值观|精神|质量意识|目标"),
        ("安全生产", r"安全生产|职业健康", r"安全|职业|健康|防护|事故|消防|演练|隐患"),
        ("荣誉", r"荣誉|信用记录|社会认可", r"荣誉|奖|信用|称号|表彰|评为|认定|抽检|抽查|记录|认可|企业"),
        ("满意", r"满意度", r"满意"),
        ("召回", r"召回", r"召回|缺陷"),
        ("目标", r"质量目标", r"目标|率|≥|指标"),
    )
)  # fmt: skip


def section_content(document: Document, profile: Profile) -> Iterator[Finding]:
    """Sections whose text has no word of their heading's topic, and paragraphs that belong to another."""
    sections = _sections(document)
    for heading, blocks in sections:
        text = "".join(block.plain for block in blocks)
        if len(text) < 40:
            continue
        for name, titled, _spoken in TOPICS:
            if not titled.search(heading.plain):
                continue
            if not any(
                other.search(text) for other_name, title, other in TOPICS if title.search(heading.plain)
            ):
                elsewhere = _topic_of(text, exclude=name)
                hint = f"，像是在讲“{elsewhere}”" if elsewhere else ""
                yield found(
                    "GC20",
                    "question",
                    heading,
                    f"“{heading.plain}”之下没有一处讲到{name}{hint}。",
                    "改正标题，或换成相应的内容。",
                )
            break
    yield from _misplaced(sections)


def _sections(document: Document) -> list[tuple[Block, list[Block]]]:
    """Headings with the blocks under them, up to the next heading; a parent has its children's text, too."""
    sections: list[tuple[Block, list[Block]]] = []
    open_: list[tuple[Block, list[Block]]] = []
    for block in document.blocks:
        if block.kind == "contents":
            continue
        if block.kind == "heading":
            open_ = [one for one in open_ if one[0].level < block.level]
            open_.append((block, []))
            sections.append(open_[-1])
            for _, texts in open_[:-1]:
                texts.append(block)
            continue
        for _, texts in open_:
            texts.append(block)
    return sections


def _topic_of(text: str, exclude: str) -> str:
    best, score = "", 2
    for name, _, spoken in TOPICS:
        count = len(spoken.findall(text))
        if name != exclude and count > score and name not in ("承诺", "机构", "售后", "荣誉", "标准"):
            best, score = name, count
    return best


_STRONG = ("计量", "投诉", "公益", "采购", "召回", "培训", "环境保护")


def _misplaced(sections: list[tuple[Block, list[Block]]]) -> Iterator[Finding]:
    """A paragraph that is all about a topic which has its own section, under another topical heading."""
    titled = {
        name: heading for heading, _ in sections for name, title, _ in TOPICS if title.search(heading.plain)
    }
    leaves = [(heading, [one for one in blocks if one.kind == "paragraph"]) for heading, blocks in sections
              if not any(one.kind == "heading" for one in blocks)]  # fmt: skip
    for heading, paragraphs in leaves:
        own = [spoken for _, title, spoken in TOPICS if title.search(heading.plain)]
        if not own or len(paragraphs) < 2:
            continue
        for block in paragraphs:
            if len(block.plain) < 50 or any(spoken.search(block.plain) for spoken in own):
                continue
            for name, title, spoken in TOPICS:
                if (
                    name in _STRONG
                    and name in titled
                    and not title.search(heading.plain)
                    and len(spoken.findall(block.plain)) >= 4
                ):
                    yield found("GC20", "question", block, f"这段讲的是{name}，却在“{heading.plain}”之下；“{titled[name].plain}”才是它的地方。",
                                "移到相应的一节。", (0, min(30, len(block.plain))))  # fmt: skip
                    break
