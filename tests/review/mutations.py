"""Errors planted in clean reports by program: each mutation spoils one thing, and says where and for which check."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace

from tests.review.enterprises import Enterprise
from tests.review.reports import Piece
from zhicheng.review.facts.words import commonness, is_word, sounding_like, words

Spoiled = tuple[list[Piece], set[int]]
Mutation = Callable[[list[Piece], random.Random, Enterprise], Spoiled | None]
MUTATIONS: list[tuple[str, str, Mutation]] = []


def plants(check: str) -> Callable[[Mutation], Mutation]:
    """Enter a mutation for a check."""

    def entered(mutation: Mutation) -> Mutation:
        MUTATIONS.append((check, mutation.__name__, mutation))
        return mutation

    return entered


def at(pieces: list[Piece], tag: str) -> int | None:
    """Where the first piece with this tag stands."""
    return next((place for place, piece in enumerate(pieces) if piece.tag == tag), None)


def change(
    pieces: list[Piece], tag: str, pattern: str, new: str | Callable[[re.Match[str]], str]
) -> Spoiled | None:
    """Replace the first match in the piece of this tag."""
    place = at(pieces, tag)
    if place is None:
        return None
    piece = pieces[place]
    text, count = re.subn(pattern, new, piece.text, count=1)
    if not count or text == piece.text:
        return None
    cells = tuple(text.split("\t")) if piece.cells else ()
    return [*pieces[:place], replace(piece, text=text, cells=cells), *pieces[place + 1 :]], {place}


def cell(pieces: list[Piece], tag: str, column: int, new: str | Callable[[str], str]) -> Spoiled | None:
    """Replace one cell of a row."""
    place = at(pieces, tag)
    if place is None:
        return None
    cells = list(pieces[place].cells)
    cells[column] = new if isinstance(new, str) else new(cells[column])
    piece = replace(pieces[place], cells=tuple(cells), text="\t".join(cells))
    return [*pieces[:place], piece, *pieces[place + 1 :]], {place}


def insert(pieces: list[Piece], after: str, piece: Piece) -> Spoiled | None:
    """Put a piece behind the one with this tag."""
    place = at(pieces, after)
    if place is None:
        return None
    return [*pieces[: place + 1], piece, *pieces[place + 1 :]], {place + 1}


def append(
    pieces: list[Piece], rng: random.Random, sentence: str, tags: tuple[str, ...] = ()
) -> Spoiled | None:
    """Add a sentence to a paragraph of the body."""
    body = [place for place, piece in enumerate(pieces) if piece.kind == "paragraph" and piece.text.endswith("。")
            and place > 20 and (not tags or piece.tag in tags)]  # fmt: skip
    if not body:
        return None
    place = rng.choice(body)
    piece = replace(pieces[place], text=pieces[place].text + sentence)
    return [*pieces[:place], piece, *pieces[place + 1 :]], {place}


def other(number: str) -> str:
    """A number of the same length that differs in a digit."""
    digit = number[0]
    return ("2" if digit == "1" else str(int(digit) - 1) if digit != "0" else "1") + number[1:]


# GC01


@plants("GC01")
def staff_elsewhere(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    spoiled = change(p, "training", r"\d+名员工", f"{e.staff + rng.choice((-12, 7, 30))}名员工")
    return spoiled and (spoiled[0], spoiled[1] | {at(p, "staff") or 0})


@plants("GC01")
def founded_elsewhere(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(
        p, rng, f"公司成立于{e.founded + rng.choice((-2, 1, 3))}年。", ("ending", "social", "level")
    )


@plants("GC01")
def response_elsewhere(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "response-again", r"\d+小时内响应", f"{e.response * 3}小时内响应")


@plants("GC01")
def arrival_elsewhere(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "response-again", r"\d+小时内到达", f"{e.arrival * 2}小时内到达")


@plants("GC01")
def policy_elsewhere(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    tag = rng.choice(("policy", "policy-again"))
    return change(p, tag, r"“[^”]+”", "“顾客至上，争创一流”")


@plants("GC01")
def capital_elsewhere(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(p, rng, f"公司注册资本{e.capital * 2}万元。", ("ending", "social"))


@plants("GC01")
def classes_elsewhere(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "classes", "经销商、直接用户两类", "老顾客、新顾客、潜在顾客三类")


@plants("GC01")
def rate_elsewhere(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(
        p,
        rng,
        f"{e.year}年顾客满意度{e.satisfaction - 2.5:.1f}分。",
        ("social", "level", "analysis", "improvement"),
    )


# GC02


@plants("GC02")
def rate_in_sentence(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "inspected", r"合格率[\d.]+%", f"合格率{rng.choice(('96.2', '95.8', '97.3'))}%")


@plants("GC02")
def count_in_sentence(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "inspected", r"合格\d+批", f"合格{e.accepted - e.inspected // 8}批")


@plants("GC02")
def rate_in_table(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return cell(p, f"quarters:{rng.randrange(1, 5)}", 3, f"{rng.uniform(90, 95):.1f}%")


@plants("GC02")
def metrology_rate(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return cell(p, "metrology:4", 3, f"{rng.uniform(91, 95):.1f}%")


@plants("GC02")
def share_in_table(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return cell(p, f"defects:{rng.randrange(1, 4)}", 2, lambda old: f"{float(old[:-1]) + 6.5:.1f}%")


@plants("GC02")
def answered_share(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "survey", r"回收率[\d.]+%", "回收率91.0%")


# GC03


@plants("GC03")
def total_in_table(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return cell(p, "quarters:5", 1, str(e.inspected + rng.randrange(3, 40)))


@plants("GC03")
def donations_total(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return cell(p, "donations:3", 1, lambda old: str(int(old) + 3))


@plants("GC03")
def parts_of_staff(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "staff", r"技术人员\d+人", f"技术人员{e.technical_staff + 9}人")


@plants("GC03")
def counted_four(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "four", "四个方面", rng.choice(("三个方面", "五个方面")))


@plants("GC03")
def counted_products(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "products", r"[三四]类产品", "六类产品")


@plants("GC03")
def counted_stages(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "stages", "五个阶段", "四个阶段")


# GC04


def _cite(p: list[Piece], rng: random.Random, sentence: str) -> Spoiled | None:
    return append(p, rng, sentence, ("standards", "certified", "improvement", "metrology"))


@plants("GC04")
def wrong_year(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return _cite(
        p,
        rng,
        rng.choice(
            (
                "公司执行GB/T 19001-2015。",
                "公司执行ISO 9001:2016。",
                "公司执行GB/T 24001-2015。",
                "公司执行GB/T 45001-2018。",
            )
        ),
    )


@plants("GC04")
def superseded(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    code = rng.choice(
        (
            "GB/T 19001-2008",
            "ISO 14001:2004",
            "GB/T 31950-2015" if e.year >= 2023 else "GB/T 22117-2008",
            "GB/T 28001-2011" if e.year >= 2020 else "ISO 9001:2008",
        )
    )
    return _cite(p, rng, f"公司按{code}开展工作。")


@plants("GC04")
def repealed_law(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    law = rng.choice(("合同法", "侵权责任法", "担保法")) if e.year >= 2020 else "食品卫生法"
    return change(p, "laws", "《计量法》", f"《{law}》")


@plants("GC04")
def no_such_law(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "laws", "《标准化法》", rng.choice(("《经济法》", "《质量法》", "《消费者保护法》")))


@plants("GC04")
def wrong_title(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(
        p,
        "policy-again",
        "《质量管理体系 要求》",
        rng.choice(("《质量管理体系 基础和术语》", "《环境管理体系 要求》")),
    )


@plants("GC04")
def wrong_class(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return _cite(
        p,
        rng,
        rng.choice(
            (
                "产品执行国家标准JB/T 6427-2015。",
                "产品执行行业标准GB/T 27922-2011。",
                "公司执行国家标准T/ABCD 012-2019。",
            )
        ),
    )


@plants("GC04")
def wrong_form(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return _cite(
        p, rng, rng.choice(("公司执行GBT19001-2016。", "公司执行ISO-9001-2015。", "公司执行ISO9001-2015。"))
    )


@plants("GC04")
def old_authority(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(
        p,
        rng,
        rng.choice(
            (
                "公司接受质监局的监督。",
                "公司年检由工商局办理。",
                "公司受环保局检查，结果合格。",
                "公司接受质检总局的抽查。",
            )
        ),
        ("social", "tax", "level"),
    )


# GC05


@plants("GC05")
def skipped_caption(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    last = [place for place, piece in enumerate(p) if piece.kind == "caption"][-1]
    return change(p, p[last].tag, r"(\d+)(?= )", lambda m: str(int(m[1]) + 3))


@plants("GC05")
def repeated_caption(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "cap-patents", r"(\d+)(?= )", lambda m: str(int(m[1]) - 1))


@plants("GC05")
def missing_reference(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(
        p,
        rng.choice(("ref-targets", "ref-department-targets")),
        r"见表 [\d-]+",
        rng.choice(("见表 97", "见图 9", "见表 41")),
    )


@plants("GC05")
def mixed_series(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, rng.choice(("cap-patents", "cap-defects")), "^表", "图表")


# GC06


@plants("GC06")
def changed_heading(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    tag = rng.choice(("计量", "检验", "售后", "信用", "教育"))
    spoiled = change(p, tag, r"管理$|责任$|记录$|教育$", "工作情况")
    return spoiled and (spoiled[0], spoiled[1] | {at(p, f"toc:{tag}") or 0})


@plants("GC06")
def lost_heading(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    tag = rng.choice(("标准", "营销", "教育"))
    place, entry = at(p, tag), at(p, f"toc:{tag}")
    return None if place is None or entry is None else ([*p[:place], *p[place + 1 :]], {entry})


@plants("GC06")
def lost_entry(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    tag = rng.choice(("理念", "基础", "产品"))
    place, entry = at(p, tag), at(p, f"toc:{tag}")
    return None if place is None or entry is None else ([*p[:entry], *p[entry + 1 :]], {place - 1})


@plants("GC06")
def page_backwards(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    entry = at(p, "toc:检验")
    if entry is None:
        return None
    spoiled = cell(p, "toc:检验", 1, "2")
    return spoiled and (spoiled[0], {entry, entry + 1})


# GC07


@plants("GC07")
def basis_year(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "basis", f"{e.year}年度", f"{e.year - 1}年度")


@plants("GC07")
def period_year(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    spoiled = change(
        p, "period", rf"{e.year}年1月1日至{e.year}年12月31日", f"{e.year - 2}年1月1日至{e.year - 2}年12月31日"
    )
    return spoiled and (spoiled[0], spoiled[1] | {at(p, "basis") or 0, 0})


@plants("GC07")
def period_months(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "period", "年12月31日", "年11月30日")


@plants("GC07")
def issued_early(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "cover-date", str(e.year + 1), str(e.year))


@plants("GC07")
def result_of_the_future(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(
        p, rng, f"{e.year + 3}年公司获得顾客好评，共收到表扬信6封。", ("social", "level", "analysis")
    )


@plants("GC07")
def end_date(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "end-date", rf"{e.month:02d}月", f"{e.month + 2:02d}月")


# GC08


@plants("GC08")
def unknown_department(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    name = rng.choice(("企管部", "供应链管理部", "市场部", "工程部", "审计部", "人力资源部"))
    return append(
        p, rng, f"{name}负责检查落实情况。", ("improvement", "analysis", "social", "training", "standards")
    )


@plants("GC08")
def unknown_in_group(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "group", e.departments[5], rng.choice(("市场部", "物流部", "设备部")))


@plants("GC08")
def unknown_post(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(
        p,
        rng,
        rng.choice(("总工程师审批技术方案。", "由管理者代表汇总后上报。", "质量总监签批处置单。")),
        ("improvement", "analysis", "standards"),
    )


# GC09


@plants("GC09")
def foreign_term(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    sentence = rng.choice(("公司控制菌落总数，保证食用安全。", "公司加强施工现场脚手架管理。", "公司对废丝和坯布分类存放。", "公司严格控制高炉和连铸工序。",
                           "公司做好源代码管理和部署上线工作。", "公司对显微镜物镜逐一检查。", "公司按GMP管理原料药车间。", "公司做好业主的入住服务。"))  # fmt: skip
    return append(p, rng, sentence, ("processes", "level", "social", "improvement"))


@plants("GC09")
def other_company(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(
        p, rng, "海岚市飞屿精密铸造有限公司建立了完善的质量管理制度。", ("standards", "improvement", "level")
    )


@plants("GC09")
def own_name_misspelled(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, rng.choice(("end-name", "period")), e.short, e.short[:-1] + "彦")


# GC10


@plants("GC10")
def placeholder(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    sentence = rng.choice(
        (
            "公司投入XX万元改造设备。",
            "公司的服务理念为“”。",
            "公司联系人为____。",
            "详见《》的规定。",
            "公司××年通过复评。",
            "此处插入检验数据。",
            "客户满意率达%。",
        )
    )
    return append(p, rng, sentence, ("social", "level", "improvement", "standards"))


@plants("GC10")
def unfinished(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(
        p,
        rng.choice(("tax", "metrology", "needs-text", "documents-text", "social", "level")),
        r"[^，。]+。$",
        lambda m: "",
    )


@plants("GC10")
def empty_cell(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return cell(p, rng.choice(("quarters:2", "awards:2", "needs:1", "patents:2", "metrology:2")), 1, "")


@plants("GC10")
def caption_without_table(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    place = at(p, "cap-donations")
    return None if place is None else ([one for one in p if not one.tag.startswith("donations:")], {place})


@plants("GC10")
def awards_without_date(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    spoiled = [
        replace(one, cells=one.cells[:2], text="\t".join(one.cells[:2]))
        if one.tag.startswith("awards:")
        else one
        for one in p
    ]
    place = at(p, "awards:1")
    return None if place is None else (spoiled, {place})


# GC11


@plants("GC11")
def doubled_character(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return _in_body(p, rng, r"(?<=[\u4e00-\u9fff])(的|和|在)(?=[\u4e00-\u9fff]{2})", lambda m: m[0] * 2)


@plants("GC11")
def doubled_word(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return _in_body(p, rng, r"公司|产品|质量|顾客|检验|过程|员工", lambda m: m[0] * 2)


@plants("GC11")
def doubled_mark(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return _in_body(p, rng, r"(?<=[\u4e00-\u9fff])[，。]", lambda m: m[0] + rng.choice("，。"))


@plants("GC11")
def listed_twice(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "group", e.departments[5], e.departments[3])


@plants("GC11")
def known_slip(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    wrong = rng.choice(
        (
            ("保证", "保正质量"),
            ("始终", "始总"),
            ("作为", "做为"),
            ("责任", "责认"),
            ("培训", "陪训"),
            ("必须", "必需遵守"),
            ("标准", "标淮"),
            ("合格", "合恪"),
            ("追溯", "追朔"),
        )
    )
    return append(
        p,
        rng,
        f"公司按{wrong[1]}的要求开展工作。" if wrong[1] != "做为" else "公司做为责任主体接受监督。",
        ("social", "level", "improvement"),
    )


@plants("GC11")
def slip_of_sound(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    """Any common word of two characters with one replaced by any that sounds like it and makes no word."""
    places = [
        place
        for place, piece in enumerate(p)
        if piece.kind in ("paragraph", "item") and place > 20 and len(piece.text) > 20
    ]
    for _ in range(20):
        place = rng.choice(places)
        text = p[place].text
        long = [word for word in words(text) if len(word) == 2 and commonness(word) >= 500]
        if not long:
            continue
        word = rng.choice(long)
        side = rng.randrange(2)
        others = [char for char in sounding_like(word[side]) if commonness(char) > 400]
        if not others:
            continue
        new = word[:side] + rng.choice(others) + word[side + 1 :]
        if not is_word(new):
            return [*p[:place], replace(p[place], text=text.replace(word, new, 1)), *p[place + 1 :]], {place}
    return None


@plants("GC11")
def acronym(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(
        p,
        rng,
        rng.choice(("设计时进行FEMA分析。", "改进按PCDA循环进行。", "关键点按HCACP控制。")),
        ("stages", "analysis", "improvement"),
    )


@plants("GC11")
def replaced_everywhere(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    """Search and replace that put a name into the middle of words."""
    return _in_body(p, rng, r"(?<=[\u4e00-\u9fff])产品(?=[\u4e00-\u9fff])", lambda m: e.short + e.short)


def _in_body(
    p: list[Piece], rng: random.Random, pattern: str, new: Callable[[re.Match[str]], str]
) -> Spoiled | None:
    spots = [(place, match) for place, piece in enumerate(p) if piece.kind == "paragraph" and place > 20 and "：" not in piece.text and len(piece.text) > 12
             for match in re.finditer(pattern, piece.text)]  # fmt: skip
    if not spots:
        return None
    place, match = rng.choice(spots)
    text = p[place].text[: match.start()] + new(match) + p[place].text[match.end() :]
    return [*p[:place], replace(p[place], text=text), *p[place + 1 :]], {place}


# GC12


@plants("GC12")
def score_as_rate(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    spoiled = change(p, "survey", r"顾客满意度([\d.]+)分", r"顾客满意度\1%")
    return spoiled and (spoiled[0], spoiled[1] | {at(p, "targets:2") or 0})


@plants("GC12")
def unit_spelled(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(
        p,
        rng,
        rng.choice(("新增设备功率45KW。", "每件重量12KG。", "试验压力1.6Mpa。", "年用电36000KWH。")),
        ("processes", "social", "level"),
    )


@plants("GC12")
def scale(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "tax", "等级为A级", rng.choice(("等级为AAA级", "等级为AA级")))


@plants("GC12")
def growth_without_base(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(
        p,
        rng,
        rng.choice(("产品质量同比大幅提升。", "投诉较上年明显减少。", "销售环比增长。")),
        ("social", "level", "analysis"),
    )


@plants("GC12")
def unlike_benchmark(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    place = at(p, "benchmark:2")
    if place is None:
        return None
    row = ("电气安全", "保护接地、绝缘电阻、耐压试验全部合格", "采用专用导线和不锈钢外壳")
    return [*p[: place + 1], Piece("row", "\t".join(row), row, tag="benchmark:3"), *p[place + 1 :]], {
        place + 1
    }


# GC13


@plants("GC13")
def missed_but_attained(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return rng.choice(
        (
            lambda: cell(p, "targets:1", 2, "95.1%"),
            lambda: cell(p, "targets:3", 2, "4.6%"),
            lambda: cell(p, "targets:2", 2, "86.5分"),
        )
    )()


@plants("GC13")
def attained_but_missed(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return cell(p, "targets:1", 3, "未达成")


@plants("GC13")
def no_actual(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return cell(p, f"targets:{rng.randrange(1, 5)}", 2, rng.choice(("—", "/")))


@plants("GC13")
def other_unit(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return cell(p, "targets:4", 2, f"{e.complaints}起")


@plants("GC13")
def missed_in_sentence(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(
        p,
        rng,
        "订单准时交付率目标为≥98%，全年实际完成95.2%，达到了年度目标。",
        ("social", "level", "analysis"),
    )


# GC14


@plants("GC14")
def weaker_department(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    spoiled = change(p, "department-targets:4", r"过程废品率≤2%", "过程废品率≤5%")
    return spoiled and (spoiled[0], spoiled[1] | {at(p, "targets:3") or 0})


@plants("GC14")
def opposite_department(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    spoiled = change(p, "department-targets:4", r"过程废品率≤2%", "过程合格率≥92%")
    return spoiled and (spoiled[0], spoiled[1] | {at(p, "targets:3") or 0, at(p, "targets:1") or 0})


# GC15


@plants("GC15")
def report_name(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "site", "质量诚信报告", "质量信用报告")


@plants("GC15")
def document_name(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(
        p,
        rng,
        rng.choice(
            (
                "审核按《内部审核控制程序》进行，《内部审核程序》另有规定。",
                "执行《不合格品程序》。",
                "执行《文件的控制程序》和《文件控制程序》。",
            )
        ),
        ("document-again", "improvement"),
    )


@plants("GC15")
def indicator_name(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(
        p,
        rng,
        rng.choice(("成品一次交验合格率逐年提高。", "公司重视客户满意度。", "一次性合格率是重要指标。")),
        ("analysis", "improvement", "social"),
    )


@plants("GC15")
def department_name(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(
        p,
        rng,
        rng.choice(("综合管理部汇总各部门的意见。", "生产管理部安排改进。", "技术管理部修订文件。")),
        ("analysis", "improvement", "social"),
    )


# GC16


@plants("GC16")
def overlapping_bands(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "bands", "60至90分", rng.choice(("60至95分", "50至90分")))


@plants("GC16")
def gap_in_bands(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "bands", "30至60分", "30至50分")


@plants("GC16")
def frequency(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(p, rng, "公司每季度进行一次应急演练。", ("social", "improvement", "analysis", "training"))


@plants("GC16")
def reversed_range(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(p, rng, "库房湿度控制在65%~40%。", ("processes", "social", "metrology"))


@plants("GC16")
def impossible_limits(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    spoiled = append(p, rng, "库房温度不低于25℃。", ("processes",))
    if spoiled is None:
        return None
    return append(spoiled[0], rng, "库房温度不超过18℃。", ("social", "improvement"))


# GC17


@plants("GC17")
def item_skipped(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    place = [n for n, one in enumerate(p) if one.tag == "声明"][2]
    return [*p[:place], replace(p[place], text=p[place].text.replace("3", "5", 1)), *p[place + 1 :]], {
        place,
        place + 1,
    }


@plants("GC17")
def item_repeated(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    places = [n for n, one in enumerate(p) if one.tag == "应急"]
    if not places:
        return None
    place = places[2]
    return [*p[:place], replace(p[place], text=p[place].text.replace("3", "2", 1)), *p[place + 1 :]], {place}


@plants("GC17")
def heading_number(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    place = at(p, "检验")
    if place is None:
        return None
    text = p[place].text
    new = text.replace("（三）", "（四）", 1) if "（三）" in text else re.sub(r"\.3 ", ".4 ", text, count=1)
    return (
        None
        if new == text
        else ([*p[:place], replace(p[place], text=new), *p[place + 1 :]], {place, place + 1})
    )


@plants("GC17")
def circled_lost(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, f"department-targets:{rng.randrange(1, 8)}", "③", rng.choice(("", "④", "②")))


# GC18


@plants("GC18")
def paragraph_twice(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    places = [
        n
        for n, one in enumerate(p)
        if one.kind == "paragraph" and len(one.text) >= 45 and n > 20 and not re.search(r"\d", one.text)
    ]
    if not places:
        return None
    place = rng.choice(places)
    spoiled = insert(
        p,
        rng.choice(("social", "improvement") if at(p, "improvement") else ("social",)),
        replace(p[place], tag="copied"),
    )
    return spoiled and (spoiled[0], spoiled[1] | {place if place < min(spoiled[1]) else place + 1})


@plants("GC18")
def row_twice(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    tag = rng.choice(("awards:1", "patents:2", "certificates:1"))
    place = at(p, tag)
    return None if place is None else ([*p[: place + 1], p[place], *p[place + 1 :]], {place, place + 1})


@plants("GC18")
def nearly_twice(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    base = "公司通过班前会、宣传栏、专题讲座、知识竞赛和质量月等多种形式宣讲质量方针和目标，使每一名员工理解自己的工作与产品质量的关系"
    first = insert(p, "social", Piece("paragraph", base + "，增强责任心。"))
    if first is None:
        return None
    second = insert(
        first[0], "training", Piece("paragraph", base.replace("专题讲座", "专题培训") + "，提高责任意识。")
    )
    place = at(first[0], "training")
    return second and (second[0], {min(first[1]) + 1, (place or 0) + 1})


# GC19


@plants("GC19")
def superlative(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(
        p,
        rng,
        rng.choice(
            (
                "公司提供最佳的产品。",
                "公司是国家级企业。",
                "公司产品质量全国第一。",
                "公司拥有最先进的设备。",
                "公司是唯一的供应商。",
                "公司产品绝对可靠。",
            )
        ),
        ("level", "social"),
    )


@plants("GC19")
def leading(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(
        p,
        rng,
        rng.choice(
            (
                "公司是行业的龙头企业。",
                "公司技术国际领先。",
                "公司产品深受用户好评。",
                "公司是知名品牌。",
                "公司产品填补国内空白。",
            )
        ),
        ("level", "social"),
    )


@plants("GC19")
def no_complaints(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(
        p,
        rng,
        rng.choice(("公司从未发生顾客投诉。", "全年没有收到过任何投诉。", "公司实现零投诉。")),
        ("level", "social", "analysis"),
    )


@plants("GC19")
def worse_than_advanced(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return cell(p, "benchmark:1", 1, lambda old: re.sub(r"\d+", lambda m: str(int(m[0]) * 3), old))


# GC20


@plants("GC20")
def swapped_sections(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    place = at(p, "教育")
    text = at(p, "training")
    if place is None or text is None:
        return None
    new = replace(
        p[text],
        text="公司每年开展助残、助学活动，向困难家庭捐款捐物，参加志愿服务，承担应尽的社会责任，得到当地居民的欢迎。",
    )
    return [*p[:text], new, *p[text + 1 :]], {place, text}


@plants("GC20")
def strange_under_heading(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    place, text = at(p, "标准"), at(p, "standards")
    if place is None or text is None:
        return None
    new = replace(
        p[text],
        text="公司把顾客投诉的受理时间、处理意见和回访结果登记在册，每月汇总投诉的原因，向责任部门反馈。",
    )
    return [*p[:text], new, *p[text + 1 :]], {place, text}


# GC21


@plants("GC21")
def decimals_in_column(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return cell(
        p,
        f"quarters:{rng.randrange(1, 5)}",
        3,
        lambda old: f"{float(old[:-1]):.2f}%" if rng.random() < 0.5 else old.replace("%", "3%"),
    )


@plants("GC21")
def decimals_in_shares(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return cell(p, f"defects:{rng.randrange(1, 4)}", 2, lambda old: f"{float(old[:-1]):.0f}%")


# GC22


@plants("GC22")
def impossible_day(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return cell(
        p, f"awards:{rng.randrange(1, 4)}", 2, f"{e.year}-{rng.choice(('02-30', '13-05', '06-31', '04-31'))}"
    )


@plants("GC22")
def unpadded(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return cell(p, f"awards:{rng.randrange(1, 3)}", 2, lambda old: old.replace("-0", "-"))


@plants("GC22")
def expired_before_issue(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return cell(p, "certificates:1", 3, f"{e.year - 3}-03-17")


@plants("GC22")
def patent_before_application(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return cell(p, "patents:1", 4, f"{e.year - 5}-03-12")


@plants("GC22")
def patent_kind(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return cell(p, "patents:3", 3, "实用新型")


@plants("GC22")
def done_in_the_future(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(p, rng, f"{e.year + 2}年3月12日完成设备改造。", ("social", "processes", "metrology"))


# GC23


@plants("GC23")
def number_of_another(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "document-again", "ZL-CX-03", rng.choice(("ZL-CX-08", "ZL-CX-04")))


@plants("GC23")
def number_twice(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return cell(p, "documents:4", 0, "ZL-CX-03")


@plants("GC23")
def no_number(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return cell(p, f"documents:{rng.randrange(1, 6)}", rng.choice((0, 2)), "")


@plants("GC23")
def other_edition(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(
        p, rng, "《文件控制程序》A/0版规定了发放要求。", ("improvement", "document-again", "standards")
    )


# GC24


@plants("GC24")
def same_person(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(
        p,
        "signed",
        rng.choice((f"审核：{e.people[1]}", f"批准：{e.people[2]}")),
        lambda m: m[0].split("：")[0] + "：" + e.people[0],
    )


@plants("GC24")
def unsigned(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "signed", rng.choice(e.people), "")


@plants("GC24")
def by_one(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(p, rng, "作业文件由技术员编制并批准。", ("improvement", "stages", "standards"))


# GC25


@plants("GC25")
def certificate_claimed(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(
        p,
        "certified",
        "和环境管理体系认证",
        rng.choice(
            (
                "、环境管理体系和职业健康安全管理体系认证",
                "、环境管理体系和能源管理体系认证",
                "、环境管理体系和知识产权管理体系认证",
            )
        ),
    )


@plants("GC25")
def department_without_target(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    place, caption = at(p, f"department-targets:{rng.randrange(1, 8)}"), at(p, "cap-department-targets")
    return None if place is None or caption is None else ([*p[:place], *p[place + 1 :]], {caption})


@plants("GC25")
def whole_process(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    place = at(p, "processes")
    if place is None:
        return None
    rows = [
        ("序号", "过程名称", "风险", "措施"),
        ("1", "设计开发", "输入不全", "评审"),
        ("2", "设计开发", "未验证", "样机试验"),
        ("3", "设计开发", "泄密", "签协议"),
    ]
    new = [
        Piece("paragraph", "公司对管理的全过程识别诚信因素，制定控制措施。"),
        *(Piece("row", "\t".join(row), row, tag=f"factors:{n}") for n, row in enumerate(rows)),
    ]
    return [*p[: place + 1], *new, *p[place + 1 :]], {place + 1, place + 2}


# GC26


@plants("GC26")
def above_hundred(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return rng.choice(
        (
            lambda: cell(p, "metrology:1", 3, "104.2%"),
            lambda: append(p, rng, "产品出厂合格率达到101.5%。", ("level", "social")),
            lambda: change(p, "survey", r"顾客满意度[\d.]+分", "顾客满意度106分"),
        )
    )()


@plants("GC26")
def part_above_whole(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(p, rng, f"公司有研发人员{e.staff + 40}人。", ("stages", "social", "level"))


@plants("GC26")
def before_founded(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(p, rng, f"{e.founded - 4}年公司通过质量管理体系认证。", ("level", "social", "analysis"))


@plants("GC26")
def half_a_person(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(
        p, rng, rng.choice(("公司有检验员12.5人。", "全年更换设备3.6台。")), ("level", "social", "metrology")
    )


@plants("GC26")
def lost_digit(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(
        p, rng, rng.choice(("供方来料合格率9.8%。", "合同履约率为9.9%。")), ("level", "social", "suppliers")
    )


# GC27


@plants("GC27")
def certification_body_advises(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    """The report becomes that of a certification body, and offers what such a body must not."""
    name = f"{e.city}{e.short}认证有限公司"
    own = [replace(one, text=one.text.replace(e.name, name)) for one in p]
    sentence = rng.choice(
        (
            "公司同时提供认证咨询服务。",
            "公司向企业推荐咨询机构。",
            "公司保证一次通过认证。",
            "公司实行咨询加认证一站式服务。",
            "委托指定的咨询公司办理更容易通过。",
        )
    )
    return append(own, rng, sentence, ("social", "level", "improvement"))


# GC28


@plants("GC28")
def vague(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(
        p,
        rng,
        rng.choice(("逾期账款降至合理范围。", "退货率控制在较低水平。", "库存保持在适当水平。")),
        ("social", "suppliers", "level"),
    )


@plants("GC28")
def undefined_grade(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(
        p,
        rng,
        rng.choice(
            ("公司从未发生重大质量投诉。", "全年未出现严重质量事故。", "公司没有发生过较大安全事故。")
        ),
        ("social", "level", "tax"),
    )


@plants("GC28")
def lone_letter(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(p, rng, "公司还建立了K知识管理体系。", ("certified", "improvement", "standards"))


@plants("GC28")
def header_is_value(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    place = at(p, "processes")
    if place is None:
        return None
    rows = [
        ("因素", "可能性", "一般性", "措施"),
        ("泄密", "极少", "一般", "签协议"),
        ("误检", "极少", "严重", "复核"),
        ("错发", "极少", "一般", "核对"),
    ]
    new = [Piece("row", "\t".join(row), row, tag=f"grades:{n}") for n, row in enumerate(rows)]
    return [*p[: place + 1], *new, *p[place + 1 :]], {place + 1}


# GC30


@plants("GC30")
def english_word(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return _in_body(p, rng, r"和(?=[\u4e00-\u9fff])", lambda m: rng.choice((" and ", " with ")))


@plants("GC30")
def left_markup(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return append(
        p,
        rng,
        rng.choice(("详见错误!未找到引用源。", "按规定执行&nbsp;。", "结果良好�。", "MERGEFORMAT。")),
        ("level", "social", "standards"),
    )


@plants("GC30")
def traditional(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return _in_body(
        p,
        rng,
        "质量|检验|标准|设备|责任",
        lambda m: {"质量": "質量", "检验": "檢驗", "标准": "標準", "设备": "設備", "责任": "責任"}[m[0]],
    )


# CHAPTERS


@plants("CHAPTERS")
def chapter_lost(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    """Every heading and sentence about complaints and service is gone."""
    kept = [replace(one, text=re.sub("投诉|售后服务|售后|服务", "工作", one.text), cells=tuple(re.sub("投诉|售后服务|售后|服务", "工作", c) for c in one.cells))
            for one in p if one.tag not in ("售后", "response-again", "complaints", "survey", "toc:售后", "营销", "toc:营销", "classes", "cap-needs", "needs:0", "needs:1", "needs:2")]  # fmt: skip
    kept = [
        replace(
            one,
            text=one.text.replace("顾客", "对方"),
            cells=tuple(c.replace("顾客", "对方") for c in one.cells),
        )
        for one in kept
    ]
    return kept, set(range(len(kept)))
