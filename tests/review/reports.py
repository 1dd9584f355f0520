"""Clean reports of invented enterprises in several house styles: every figure, citation and number agrees."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Literal

from tests.review.enterprises import CITY_AUTHORITY, Enterprise

Kind = Literal["title", "heading", "contents", "caption", "paragraph", "item", "row"]
STYLES = ("official_2013", "gbt31870", "gbt29467_eight", "decimal")
HELD_OUT = "decimal"  # the checks were never looked at against this style while they were written
_CHINESE = "一二三四五六七八九十"


@dataclass(frozen=True)
class Piece:
    """One line of a report; ``tag`` names it for the mutations."""

    kind: Kind
    text: str
    cells: tuple[str, ...] = ()
    level: int = 0
    tag: str = ""


@dataclass
class Writer:
    """Writes pieces, and numbers headings and captions in the style."""

    style: str
    pieces: list[Piece] = field(default_factory=list)
    _numbers: list[int] = field(default_factory=lambda: [0, 0, 0])
    _captions: dict[str, int] = field(default_factory=dict)

    def heading(self, level: int, title: str, tag: str = "") -> None:
        self._numbers[level - 1] += 1
        self._numbers[level:] = [0] * (3 - level)
        self.pieces.append(Piece("heading", self._number(level) + title, level=level, tag=tag or title))

    def plain_heading(self, title: str) -> None:
        self.pieces.append(Piece("heading", title, level=1, tag=title))

    def _number(self, level: int) -> str:
        n = self._numbers
        if self.style == "decimal":
            return ".".join(str(one) for one in n[:level]) + ("、" if level == 1 else " ")
        chinese = _CHINESE[n[level - 1] - 1]
        if self.style == "official_2013" and level == 1:
            return f"第{chinese}章 "
        return (f"{chinese}、", f"（{chinese}）", f"{n[2]}、")[level - 1]

    def caption(self, title: str, tag: str = "") -> str:
        """Write a caption; the number as it is to be cited."""
        chapter = self._numbers[0] if self.style == "decimal" else 0
        key = str(chapter)
        self._captions[key] = self._captions.get(key, 0) + 1
        number = f"{chapter}-{self._captions[key]}" if chapter else str(self._captions[key])
        self.pieces.append(Piece("caption", f"表 {number} {title}", tag=tag or title))
        return number

    def next_caption(self) -> str:
        chapter = self._numbers[0] if self.style == "decimal" else 0
        number = self._captions.get(str(chapter), 0) + 1
        return f"{chapter}-{number}" if chapter else str(number)

    def say(self, text: str, tag: str = "") -> None:
        self.pieces.append(Piece("paragraph", text, tag=tag))

    def items(self, texts: list[str], tag: str = "") -> None:
        form = "({})" if self.style != "gbt29467_eight" else "{}）"
        for number, text in enumerate(texts, start=1):
            end = "。" if number == len(texts) else "；"
            self.pieces.append(Piece("item", f"{form.format(number)}{text}{end}", tag=tag))

    def table(self, rows: Sequence[tuple[str, ...]], tag: str = "") -> None:
        for number, row in enumerate(rows):
            self.pieces.append(Piece("row", "\t".join(row), row, tag=f"{tag}:{number}"))


def report(e: Enterprise, style: str, rng: random.Random) -> list[Piece]:
    """A clean report: cover, contents, body and sign-off."""
    writer = Writer(style)
    order = {
        "official_2013": (_idea, _management, _integrity, _foundation, _product, _risk),
        "gbt31870": (_idea, _management_with_risk, _integrity, _foundation, _product),
        "gbt29467_eight": (
            _management,
            _idea,
            _integrity,
            _foundation,
            _product,
            _risk,
            _checking,
            _improvement,
        ),
        "decimal": (_idea, _management, _risk, _integrity, _foundation, _product, _improvement),
    }[style]
    _front(writer, e, rng)
    for chapter in order:
        chapter(writer, e, rng)
    _closing(writer, e, rng)
    cover = [
        Piece("title", rng.choice((f"{e.year}年度质量诚信报告", "质量诚信报告")), tag="title"),
        Piece("paragraph", e.name, tag="cover-name"),
        Piece("paragraph", f"{e.year + 1}年{e.month:02d}月", tag="cover-date"),
    ]
    return cover + _contents(writer.pieces) + writer.pieces


def _contents(pieces: list[Piece]) -> list[Piece]:
    entries = [Piece("heading", "目 录", level=1, tag="目录")]
    page = 3
    for place, piece in enumerate(pieces):
        if piece.kind == "heading" and piece.level <= 2:
            page = 3 + place // 14
            entries.append(
                Piece(
                    "contents",
                    f"{piece.text}\t{page}",
                    (piece.text, str(page)),
                    piece.level,
                    tag=f"toc:{piece.tag}",
                )
            )
    return entries


def _front(w: Writer, e: Enterprise, rng: random.Random) -> None:
    w.plain_heading("前 言")
    w.say(rng.choice((
        f"本报告是{e.name}（以下简称“公司”）公开发布的质量诚信报告，依据GB/T 29467-2012《企业质量诚信管理实施规范》和GB/T 31870-2015《企业质量信用报告编写指南》，结合公司{e.year}年度质量工作情况编制。",
        f"{e.name}（以下简称“公司”）按照GB/T 29467-2012《企业质量诚信管理实施规范》、GB/T 31870-2015《企业质量信用报告编写指南》的要求编制本报告，反映{e.year}年度质量诚信管理情况。",
    )), "basis")  # fmt: skip
    w.say(f"报告期间为{e.year}年1月1日至{e.year}年12月31日，报告范围为{e.name}的全部产品和场所。", "period")
    w.say("公司保证本报告所载资料不存在虚假记载和误导性陈述，并对其真实性承担责任。", "truth")
    w.say(f"公司每年发布一次质量诚信报告，读者可在网站{e.site}查阅。", "site")
    w.plain_heading("总经理声明")
    w.say("作为公司的质量第一责任人，我代表公司声明如下：")
    w.items(
        [
            "遵守国家有关质量的法律法规，严格执行标准",
            "按GB/T 19001-2016建立并保持质量管理体系",
            "对所提供的检验数据的真实性负责",
            "接受社会和顾客的监督",
        ],
        "声明",
    )
    w.heading(1, "公司简介", "简介")
    w.say(
        f"公司成立于{e.founded}年，注册资本{e.capital}万元，占地面积{e.area}平方米，建筑面积{e.built}平方米。",
        "founded",
    )
    w.say(
        f"公司现有员工{e.staff}人，其中生产人员{e.production_staff}人、技术人员{e.technical_staff}人、管理人员{e.management_staff}人。",
        "staff",
    )
    products = "、".join(e.trade.products)
    count = _CHINESE[len(e.trade.products) - 1]
    w.say(f"公司主要生产{products}{count}类产品，用户分布在华东、华北地区。", "products")


def _idea(w: Writer, e: Enterprise, rng: random.Random) -> None:
    w.heading(1, "质量理念", "理念")
    w.say("公司把质量看作企业生存的根本，在日常工作中培育全体员工的质量意识。")
    w.caption("企业文化", "cap-culture")
    w.table(
        [
            ("项目", "内容"),
            ("使命", f"为顾客提供可靠的{e.trade.products[0]}"),
            ("愿景", e.vision),
            ("核心价值观", "、".join(e.values)),
            ("质量方针", e.policy),
        ],
        "culture",
    )
    w.say(f"公司的质量方针为“{e.policy}”，各部门据此制定质量目标。", "policy")
    if rng.random() < 0.6:
        w.say("公司通过班前会、宣传栏和质量月活动宣讲质量方针，使每一名员工理解自己的工作与产品质量的关系。")


def _targets(w: Writer, e: Enterprise) -> None:
    w.say(f"公司{e.year}年度质量目标及其完成情况见表 {w.next_caption()}。", "ref-targets")
    w.caption(f"{e.year}年度质量目标完成情况", "cap-targets")
    rate = e.accepted / e.inspected * 100
    w.table([
        ("指标", "目标值", "实际值", "是否达成"), ("成品一次合格率", "≥97%", f"{rate:.1f}%", "达成"), ("顾客满意度", "≥90分", f"{e.satisfaction}分", "达成"),
        ("过程废品率", "≤3%", "1.2%", "达成"), ("投诉处理率", "100%", "100%", "达成"),
    ], "targets")  # fmt: skip
    w.say(f"各部门的目标由公司目标分解而来，见表 {w.next_caption()}。", "ref-department-targets")
    w.caption("部门质量目标", "cap-department-targets")
    rows: list[tuple[str, ...]] = [("部门", "目标")]
    texts = ("①培训计划完成率≥96%；②文件受控率100%；③档案归档及时率≥98%", "①图样差错率≤1%；②新产品计划完成率≥92%；③工艺文件完整率≥99%",
             "①进货批合格率≥97%；②供方评价率100%；③交货及时率≥96%", "①过程废品率≤2%；②设备完好率≥98%；③生产计划完成率≥97%",
             "①检验差错率≤0.5%；②计量器具周检率100%；③检验记录完整率≥99%", "①合同评审率100%；②投诉处理率100%；③回访完成率≥95%",
             "①预算执行率≥92%；②货款支付及时率≥98%；③账实相符率100%")  # fmt: skip
    rows += list(zip(e.departments, texts, strict=True))
    w.table(rows, "department-targets")


def _management(w: Writer, e: Enterprise, rng: random.Random) -> None:
    w.heading(1, "企业质量管理", "管理")
    w.heading(2, "质量管理机构", "机构")
    w.say("公司设首席质量官一名，由总经理任命，对产品质量实行一票否决。各部门职责如下：", "organisation")
    duties = ("负责文件控制、培训和体系运行的日常工作", "负责产品设计和工艺管理", "负责供方评价和物资采购", "负责生产过程控制和设备维护",
              "负责进货、过程和成品检验，组织不合格品评审", "负责合同评审、交付和顾客投诉的受理", "负责质量成本的统计")  # fmt: skip
    for department, duty in zip(e.departments, duties, strict=True):
        w.say(f"{department}——{duty}；", "duty")
    w.heading(2, "质量管理体系", "体系")
    w.say(
        f"公司坚持“{e.policy}”的质量方针，按GB/T 19001-2016《质量管理体系 要求》运行质量管理体系，每年进行一次内部审核和管理评审。",
        "policy-again",
    )
    w.caption("体系认证证书", "cap-certificates")
    start = e.year - 1
    w.table([
        ("证书名称", "认证依据", "发证日期", "有效期至"),
        ("质量管理体系认证证书", "GB/T 19001-2016", f"{start}-03-18", f"{start + 3}-03-17"),
        ("环境管理体系认证证书", "GB/T 24001-2016", f"{start}-05-09", f"{start + 3}-05-08"),
    ], "certificates")  # fmt: skip
    w.say("公司通过了质量管理体系和环境管理体系认证，证书均在有效期内。", "certified")
    w.caption("主要管理文件", "cap-documents")
    w.table([
        ("文件编号", "文件名称", "版本"), ("ZL-CX-01", "文件控制程序", "B/0"), ("ZL-CX-02", "内部审核程序", "B/0"), ("ZL-CX-03", "不合格品控制程序", "B/1"),
        ("ZL-CX-04", "纠正措施程序", "B/0"), ("ZL-CX-05", "顾客投诉处理程序", "B/1"),
    ], "documents")  # fmt: skip
    w.say(
        "不合格品按《不合格品控制程序》（ZL-CX-03）标识、隔离、评审和处置，返工后重新检验。", "document-again"
    )
    w.heading(2, "质量目标", "目标")
    _targets(w, e)
    w.heading(2, "质量教育", "教育")
    w.say(
        f"公司每年初制定培训计划，{e.year}年组织质量培训12次，覆盖全部{e.staff}名员工，培训后均进行考核。",
        "training",
    )


def _management_with_risk(w: Writer, e: Enterprise, rng: random.Random) -> None:
    _management(w, e, rng)
    w.heading(2, "质量安全风险管理", "风险")
    _risk_text(w, e, rng)


def _risk(w: Writer, e: Enterprise, rng: random.Random) -> None:
    w.heading(1, "质量风险管理", "风险")
    _risk_text(w, e, rng)


def _risk_text(w: Writer, e: Enterprise, rng: random.Random) -> None:
    quality = e.departments[4]
    w.say(f"公司从人员、设备、材料、方法四个方面识别质量风险，由{quality}每季度组织评审。", "four")
    w.say("质量事件按影响分级：得分90分以上为重大，60至90分为较大，30至60分为一般，30分以下为轻微。", "bands")
    w.say(
        f"应急小组由总经理任组长，{e.departments[3]}、{quality}、{e.departments[5]}、{e.departments[2]}为组员，每半年进行一次应急演练。",
        "group",
    )
    w.items(
        [
            "发生质量事件后，由发现部门立即隔离产品并做好标识",
            "组织有关部门查明原因，制定纠正措施",
            "验证措施的效果，必要时修改作业文件",
        ],
        "应急",
    )


LAWS = "《产品质量法》、《计量法》、《标准化法》、《消费者权益保护法》和《安全生产法》"


def _integrity(w: Writer, e: Enterprise, rng: random.Random) -> None:
    w.heading(1, "质量诚信管理", "诚信")
    w.heading(2, "质量承诺", "承诺")
    w.say(f"公司遵守{LAWS}，依法经营，不生产不合格产品，不作虚假宣传。", "laws")
    w.say(f"公司承诺：接到顾客投诉后{e.response}小时内响应，{e.arrival}小时内到达现场。", "promise")
    w.heading(2, "运作管理", "运作")
    w.say(
        f"设计和开发按策划、输入、评审、验证、确认五个阶段进行，{e.departments[1]}保存各阶段的记录。",
        "stages",
    )
    w.say(
        f"公司现有合格供方{e.suppliers}家，{e.departments[2]}每年评价一次，主要外购物资为{'、'.join(e.trade.materials)}。",
        "suppliers",
    )
    w.say(
        f"生产过程包括{'、'.join(e.trade.processes)}，关键工序设质量控制点，操作人员持证上岗。", "processes"
    )
    w.heading(2, "营销管理", "营销")
    w.say("公司把顾客分为经销商、直接用户两类，分别了解其需求。", "classes")
    w.caption("顾客需求", "cap-needs")
    w.table(
        [("顾客类型", "主要需求"), ("经销商", "供货及时，价格稳定"), ("直接用户", "质量可靠，服务及时")],
        "needs",
    )


def _foundation(w: Writer, e: Enterprise, rng: random.Random) -> None:
    w.heading(1, "质量管理基础", "基础")
    w.heading(2, "标准管理", "标准")
    w.say(
        "公司收集并执行国家标准和行业标准，没有上级标准的制定企业标准，所执行的标准按规定自我声明公开。",
        "standards",
    )
    w.heading(2, "计量管理", "计量")
    w.say("公司对计量器具建立台账，按周期送检，检定合格后方可使用，发现超差时追溯已检产品。", "metrology")
    w.caption(f"{e.year}年计量器具检定情况", "cap-metrology")
    rows: list[tuple[str, ...]] = [("器具类别", "应检数", "已检数", "检定率")]
    for name in e.trade.instruments:
        due = rng.randrange(20, 90)
        rows.append((name, str(due), str(due), "100.0%"))
    due = rng.randrange(100, 200)
    rows.append(("其他", str(due), str(due - 3), f"{(due - 3) / due * 100:.1f}%"))
    w.table(rows, "metrology")
    w.heading(2, "检验管理", "检验")
    w.say(
        f"{e.year}年共检验成品{e.inspected}批，合格{e.accepted}批，合格率{e.accepted / e.inspected * 100:.1f}%。",
        "inspected",
    )
    w.caption(f"{e.year}年各季度成品检验情况", "cap-quarters")
    rows = [("季度", "检验批数", "合格批数", "合格率")]
    lost = _lost(e, rng)
    for name, lots, bad in zip(("一季度", "二季度", "三季度", "四季度"), e.quarters, lost, strict=True):
        rows.append((name, str(lots), str(lots - bad), f"{(lots - bad) / lots * 100:.1f}%"))
    rows.append(("合计", str(e.inspected), str(e.accepted), f"{e.accepted / e.inspected * 100:.1f}%"))
    w.table(rows, "quarters")
    w.caption("不合格项目分布", "cap-defects")
    counts = [rng.randrange(20, 60) for _ in e.trade.defects]
    shares = [f"{count / sum(counts) * 100:.1f}%" for count in counts]
    w.table(
        [("不合格项目", "数量", "占比"), *zip(e.trade.defects, map(str, counts), shares, strict=True)],
        "defects",
    )


def _lost(e: Enterprise, rng: random.Random) -> list[int]:
    """The rejected lots spread over the quarters."""
    lost = [0, 0, 0, 0]
    for _ in range(e.inspected - e.accepted):
        lost[rng.randrange(4)] += 1
    return lost


def _product(w: Writer, e: Enterprise, rng: random.Random) -> None:
    w.heading(1, "产品质量责任", "产品")
    w.heading(2, "产品质量水平", "水平")
    w.say("近三年公司产品在各级监督抽查中全部合格，主要指标与同行业的比较如下。", "level")
    w.caption("主要产品指标", "cap-benchmark")
    rows: list[tuple[str, ...]] = [("指标", "本企业水平", "国内先进水平")]
    for name, unit, less in e.trade.benchmark:
        base = rng.randrange(40, 90)
        rows.append((name, f"{base}{unit}", f"{base + (3 if less else -3)}{unit}"))
    w.table(rows, "benchmark")
    w.caption("授权专利", "cap-patents")
    first = e.year - 3
    w.table([("序号", "专利号", "名称", "类型", "授权日期"),
             ("1", f"ZL{first}20123456.7", f"一种{e.trade.products[0]}检验装置", "实用新型", f"{first + 1}-03-12"),
             ("2", f"ZL{first}20234561.8", f"一种{e.trade.products[1]}夹具", "实用新型", f"{first + 1}-05-07"),
             ("3", f"ZL{first - 1}10345612.9", f"一种{e.trade.products[0]}制造方法", "发明", f"{first + 1}-08-21")], "patents")  # fmt: skip
    w.heading(2, "产品售后责任", "售后")
    w.say(
        f"顾客投诉由{e.departments[5]}受理，接到投诉后{e.response}小时内响应，需要到现场的{e.arrival}小时内到达现场。",
        "response-again",
    )
    w.say(f"{e.year}年共收到顾客投诉{e.complaints}起，全部办结，投诉处理率100%。", "complaints")
    w.say(f"{e.year}年发放满意度问卷120份，收回114份，回收率95.0%，顾客满意度{e.satisfaction}分。", "survey")
    w.heading(2, "企业社会责任", "社会责任")
    w.say("公司在生产经营中注意节约能源、减少排放，关心员工的职业健康，参加当地的公益活动。", "social")
    w.caption(f"{e.year}年公益捐赠", "cap-donations")
    one, two = rng.randrange(2, 9), rng.randrange(2, 9)
    w.table(
        [("捐赠项目", "金额（万元）"), ("助学", str(one)), ("助残", str(two)), ("合计", str(one + two))],
        "donations",
    )
    w.heading(2, "质量信用记录", "信用")
    w.say("公司无质量违法和失信记录，纳税信用等级为A级。", "tax")
    w.caption("荣誉", "cap-awards")
    w.table([("荣誉名称", "颁发机构", "获得日期"), ("重合同守信用企业", f"{e.city}{CITY_AUTHORITY}", f"{max(e.year - 1, 2019)}-06-18"),
             ("质量管理先进单位", f"{e.city}人民政府", f"{e.year}-03-15"), ("安全生产标准化三级企业", f"{e.city}应急管理局", f"{e.year}-10-22")], "awards")  # fmt: skip


def _checking(w: Writer, e: Enterprise, rng: random.Random) -> None:
    w.heading(1, "检查与分析", "检查")
    w.say(
        f"{e.departments[4]}每月汇总检验、投诉和审核的数据，用排列图和控制图分析，找出主要问题报总经理。",
        "analysis",
    )


def _improvement(w: Writer, e: Enterprise, rng: random.Random) -> None:
    w.heading(1, "持续改进", "改进")
    w.say(
        "针对审核、检验和投诉中发现的问题，责任部门分析原因，制定措施，由检验人员验证效果后关闭。",
        "improvement",
    )


def _closing(w: Writer, e: Enterprise, rng: random.Random) -> None:
    w.plain_heading("报告结语")
    w.say(
        f"自{e.founded}年成立以来，公司始终把质量作为立身之本。今后公司将继续提高质量管理水平，接受社会监督。",
        "ending",
    )
    editor, reviewer, approver = e.people
    w.say(f"编制：{editor}　审核：{reviewer}　批准：{approver}", "signed")
    w.say(e.name, "end-name")
    w.say(f"{e.year + 1}年{e.month:02d}月", "end-date")


def as_text(pieces: list[Piece]) -> str:
    """Plain text, a piece a line with an empty line after it, so that piece n stands on line 2n+1."""
    return "\n\n".join(piece.text for piece in pieces) + "\n"


def as_markdown(pieces: list[Piece]) -> str:
    """Markdown; the contents and captions stay lines."""
    lines: list[str] = []
    for place, piece in enumerate(pieces):
        if piece.kind == "heading":
            lines += ["", "#" * piece.level + " " + piece.text, ""]
        elif piece.kind == "row":
            before = pieces[place - 1].kind == "row" and piece.tag.rpartition(":")[2] != "0"
            lines.append("| " + " | ".join(piece.cells) + " |")
            if not before:
                lines.append("|" + " --- |" * len(piece.cells))
        else:
            lines += ["", piece.text, ""]
    return "\n".join(lines) + "\n"


def as_html(pieces: list[Piece]) -> str:
    """HTML with headings, tables and paragraphs."""
    out = ['<!DOCTYPE html><html><head><meta charset="utf-8"><title>报告</title></head><body>']
    table = False
    for piece in pieces:
        first = piece.kind == "row" and piece.tag.endswith(":0")
        if table and (piece.kind != "row" or first):
            out.append("</table>")
            table = False
        if piece.kind == "row":
            out.append("" if table else "<table>")
            table = True
            out.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in piece.cells) + "</tr>")
        elif piece.kind == "heading":
            out.append(f"<h{piece.level}>{escape(piece.text)}</h{piece.level}>")
        else:
            out.append(f"<p>{escape(piece.text.replace(chr(9), ' …… '))}</p>")
    return "\n".join(out) + ("</table>" if table else "") + "</body></html>"
