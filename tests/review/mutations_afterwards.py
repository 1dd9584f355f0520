"""Errors in other words: written after the checks, to see how far these reach beyond the wordings they were made with."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace

from tests.review.enterprises import Enterprise
from tests.review.mutations import Mutation, Spoiled, append, at, change, insert
from tests.review.reports import Piece
from zhicheng.review.facts.words import commonness, words

AFTERWARDS: list[tuple[str, str, Mutation]] = []
BODY = ("social", "level", "improvement", "analysis", "standards", "metrology")


def plants(check: str) -> Callable[[Mutation], Mutation]:
    """Enter a mutation for a check."""

    def entered(mutation: Mutation) -> Mutation:
        AFTERWARDS.append((check, mutation.__name__, mutation))
        return mutation

    return entered


def said(check: str, name: str, *sentences: str | Callable[[Enterprise], str]) -> None:
    """A mutation that adds one of the sentences to a paragraph of the body."""

    def mutation(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
        sentence = rng.choice(sentences)
        return append(p, rng, sentence if isinstance(sentence, str) else sentence(e), BODY)

    AFTERWARDS.append((check, name, mutation))


said(
    "GC01",
    "staff_in_other_words",
    lambda e: f"目前共有在岗职工{e.staff + 45}人。",
    lambda e: f"全公司{e.staff - 31}名职工都参加了活动。",
)
said(
    "GC01",
    "founding_in_other_words",
    lambda e: f"企业创建于{e.founded + 4}年，历史悠久。",
    lambda e: f"公司自{e.founded - 3}年成立以来稳步发展。",
)
said(
    "GC01",
    "area_in_other_words",
    lambda e: f"厂区占地{e.area + 9000}平方米。",
    lambda e: f"公司总占地面积达{e.area * 2}平方米。",
)
said("GC01", "suppliers_in_other_words", lambda e: f"合格供应商共{e.suppliers + 15}家。")
said("GC01", "site_in_other_words", "公司网站为www.another-site.example.com。")
said(
    "GC02",
    "lots_in_other_words",
    "市场监督管理局抽查产品50批次，其中48批次合格，合格率98%。",
    "全年交付订单860份，按时交付812份，按时交付率达99.2%。",
)
said(
    "GC02",
    "handled_in_other_words",
    "共收到意见18条，已采纳12条，采纳率为80%。",
    "参加考试76人，合格70人，合格率为96.5%。",
)
said(
    "GC03",
    "colon_parts",
    "公司共有检验员18人，包括进货检验3人、过程检验8人、成品检验5人。",
    "全年开展活动9次，其中培训4次、竞赛3次、讲座4次。",
)
said(
    "GC03",
    "counted_in_other_words",
    "公司建立了采购、生产、销售四大体系。",
    "检查包括日检、周检、月检、年检三种。",
    "公司抓好原料、过程、成品、服务五个环节。",
)
said(
    "GC04",
    "law_with_its_state",
    "公司遵守《中华人民共和国经济合同法》。",
    "公司遵守《中华人民共和国质量法》。",
)
said(
    "GC04",
    "edition_in_other_words",
    "公司于去年通过ISO9001：2008认证。",
    "公司已取得OHSAS 18001:1999证书。",
    "公司按照GB/T19001—2000标准建立体系。",
)
said(
    "GC04",
    "authority_in_other_words",
    "标准已向当地质量技术监督局备案。",
    "公司受市安监局检查。",
    "公司每年向国税局报送资料。",
)
said("GC05", "reference_in_other_words", "流程如图6所示。", "有关数据列于表58。", "结果详见附表3。")
said(
    "GC08",
    "department_in_other_words",
    "技术质量部会同有关部门整改。",
    "营销中心每月走访用户。",
    "安环部每月检查一次。",
    "由品管科跟踪。",
)
said("GC08", "post_in_other_words", "副总经理主持会议。", "由生产厂长负责落实。")
said(
    "GC09",
    "term_in_other_words",
    "公司加强对病人的护理和处方审核。",
    "公司做好混凝土浇筑和钢筋绑扎。",
    "公司认真做好屠宰检疫。",
    "公司对贴片和回流焊工序重点监控。",
)
said(
    "GC10",
    "blank_in_other_words",
    "联系人：，电话：。",
    "公司拥有设备（  ）台。",
    "详情请参阅第X页。",
    "公司获得XXX称号。",
    "具体指标见下表：",
)
said(
    "GC11",
    "added_syllable",
    "公司严格格控制过程。",
    "公司建立了质量管理理制度。",
    "员工积极参加加培训。",
    "公司对产品进行了了检验。",
)
said(
    "GC11",
    "wrong_twin",
    "公司己建立应急机制。",
    "公司按规定申请产品签定。",
    "公司产品倍受好评。",
    "公司注重打造品牌形像。",
    "全体员工再接再励。",
)
said(
    "GC12", "unit_in_other_words", "产品净重5KG。", "产品满意度达到96%，比目标高3分。", "设备装机容量300Kw。"
)
said("GC12", "growth_in_other_words", "与上年相比，质量损失明显下降。", "各项指标同比均有较大提高。")
said(
    "GC13",
    "verdict_in_other_words",
    "年初确定合格率目标99%，年末实际合格率98.2%，圆满完成任务。",
    "投诉率目标≤1%，实际1.8%，达到预期目标。",
)
said("GC16", "frequency_in_other_words", "应急演练每月组织一次。", "每年组织两次应急演练。")
said("GC16", "range_in_other_words", "允许偏差为5%～3%。", "储存温度为30℃至10℃。")
said(
    "GC19",
    "superlative_in_other_words",
    "公司是本市最大的生产企业。",
    "产品质量达到国际一流水平。",
    "市场占有率位居全国首位。",
    "公司享誉海内外。",
    "产品零缺陷。",
)
said(
    "GC22",
    "day_in_other_words",
    lambda e: f"{e.year}年4月31日召开质量大会。",
    lambda e: f"公司于{e.year}年15月搬迁。",
)
said("GC24", "roles_in_other_words", "质量手册由质量部编写、审核和批准。", "程序文件由总经理编制和批准。")
said("GC26", "bound_in_other_words", "设备完好率高达108%。", "顾客满意度得分为103分。", "共培训员工85.5人。")
said(
    "GC28",
    "vague_in_other_words",
    "能耗控制在允许范围内。",
    "库存处于正常水平。",
    "全年重大设备事故为零。",
    "公司从未有过严重的质量事件。",
)
said(
    "GC30",
    "word_in_other_words",
    "公司对供方进行evaluation管理。",
    "客户满意度survey每年一次。",
    "产品已通过検査。",
    "公司产品畅销海内外，深受客戶好評。",
)


@plants("GC11")
def two_characters_changed_places(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    """质量 for 量质: the characters of any common word of two changed round."""
    places = [n for n, one in enumerate(p) if one.kind == "paragraph" and n > 20 and len(one.text) > 20]
    place = rng.choice(places)
    long = [word for word in words(p[place].text) if len(word) == 2 and commonness(word) >= 500]
    if not long:
        return None
    word = rng.choice(long)
    return [
        *p[:place],
        replace(p[place], text=p[place].text.replace(word, word[::-1], 1)),
        *p[place + 1 :],
    ], {place}


@plants("GC11")
def a_character_lost(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    """One character of any common word of two is gone."""
    places = [n for n, one in enumerate(p) if one.kind == "paragraph" and n > 20 and len(one.text) > 20]
    place = rng.choice(places)
    long = [word for word in words(p[place].text) if len(word) == 2 and commonness(word) >= 500]
    if not long:
        return None
    word = rng.choice(long)
    return [
        *p[:place],
        replace(p[place], text=p[place].text.replace(word, word[rng.randrange(2)], 1)),
        *p[place + 1 :],
    ], {place}


@plants("GC18")
def paragraph_twice_with_other_numbers(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    place = at(p, "truth")
    text = "公司定期召开质量分析会，由各部门汇报质量指标完成情况，对未完成的指标逐项分析原因，确定整改措施、责任人和完成时间，并在下次会议上检查落实情况"
    first = insert(p, "training", Piece("paragraph", text + "。"))
    if first is None or place is None:
        return None
    second = insert(first[0], "social", Piece("paragraph", "此外，" + text + "，使问题得到解决。"))
    return second and (second[0], {min(second[1]), min(first[1])})


@plants("GC07")
def data_until_another_year(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    return change(p, "truth", "$", f"报告中的数据截至{e.year - 1}年12月31日。")


@plants("GC06")
def entry_in_other_words(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    tag = rng.choice(("计量", "检验", "运作", "承诺"))
    spoiled = change(p, f"toc:{tag}", r"管理|承诺", "控制")
    return spoiled and (spoiled[0], spoiled[1] | {at(p, tag) or 0})


@plants("GC17")
def sections_out_of_order(p: list[Piece], rng: random.Random, e: Enterprise) -> Spoiled | None:
    place = at(p, "诚信")
    if place is None:
        return None
    new = (
        re.sub("[三四五]", "二", p[place].text, count=1)
        if re.search("[三四五]", p[place].text)
        else re.sub(r"^\d", "2", p[place].text)
    )
    return (
        None
        if new == p[place].text
        else (
            [*p[:place], replace(p[place], text=new), *p[place + 1 :]],
            {place, (at(p, "toc:诚信") or place)},
        )
    )
