"""Templates: Markdown and placeholders to a numbered tree, and all problems at once."""

from __future__ import annotations

import pytest

from tests.reports.sample import sample_resolver
from zhicheng.reports.document import (
    Block,
    Callout,
    Chart,
    CrossRef,
    DeclaredRef,
    FigureRef,
    Heading,
    ListBlock,
    PageBreak,
    Paragraph,
    ProofBlock,
    SignOff,
    Table,
    TargetRef,
    Text,
    plain,
)
from zhicheng.reports.template import TemplateError, compose

FRONT = "---\ntitle: 报告\n---\n"


def blocks(body: str) -> tuple[Block, ...]:
    return compose(FRONT + body, sample_resolver()).blocks


def problems(body: str) -> list[tuple[int, str]]:
    with pytest.raises(TemplateError) as refused:
        blocks(body)
    return [(one.line, one.zh) for one in refused.value.problems]


def test_front_matter_gives_title_style_and_language():
    document = compose("---\ntitle: 年报\nlanguage: zh-CN\n---\n正文\n", sample_resolver())
    assert (document.title, document.house_style, document.language) == ("年报", "official_2013", "zh-CN")


def test_inline_placeholders_become_references():
    (paragraph,) = blocks(
        "合格率 **{{figure incoming}}**（{{figure incoming part=denominator}} 批），"
        "目标 {{target incoming part=condition}}，{{declared employees}}。\n"
    )
    assert isinstance(paragraph, Paragraph)
    assert paragraph.inlines == (
        Text("合格率 "), FigureRef("F1", strong=True), Text("（"), FigureRef("F1", "denominator"), Text(" 批），目标 "),
        TargetRef("T1", "condition"), Text("，"), DeclaredRef("D1"), Text("。"),
    )  # fmt: skip


def test_parameters_choose_the_figure():
    (paragraph,) = blocks('{{figure incoming_month month=7}}和{{figure final "kind=roots"}}\n')
    assert isinstance(paragraph, Paragraph)
    assert [one.no for one in paragraph.inlines if isinstance(one, FigureRef)] == ["F11", "F24"]


def test_headings_tables_and_charts_are_numbered_and_referred_to():
    found = blocks(
        "# 前言 {- #front}\n\n# 甲\n\n## 乙 {#second}\n\n### 丙\n\n#### 丁\n\n## 戊\n\n# 己\n\n"
        "{{table incoming}}\n\n{{register standards}}\n\n{{chart defects}}\n\n"
        "见{{ref table:standards}}、{{ref chart:defects}}和{{ref section:second}}\n"
    )
    assert [one.number for one in found if isinstance(one, Heading)] == [
        "", "一、", "（一）", "1.", "（1）", "（二）", "二、",
    ]  # fmt: skip
    assert [one.number for one in found if isinstance(one, Table)] == [1, 2]
    assert [one.number for one in found if isinstance(one, Chart)] == [1]
    assert isinstance(found[-1], Paragraph)
    assert [one.shown for one in found[-1].inlines if isinstance(one, CrossRef)] == ["表2", "图1", "（一）乙"]


def test_blocks_of_every_kind():
    found = blocks(
        "{{callout not_included}}\n\n{{callout declared}} 由人事部**声明**\n\n- 甲\n- 乙\n\n1. 丙\n\n"
        "{{sign_off report}}\n\n{{page_break}}\n\n{{proof}}\n"
    )
    kinds = [Callout, Callout, ListBlock, ListBlock, SignOff, PageBreak, ProofBlock]
    assert [type(one) for one in found] == kinds
    assert found[1] == Callout("declared", (Text("由人事部"), Text("声明", strong=True)))
    assert found[3] == ListBlock(((Text("丙"),),), ordered=True)


def test_a_pipe_table_takes_caption_and_alignment():
    (table,) = blocks(
        "{{caption units 计量单位 与换算}}\n\n| 名称 | 数 |\n|:--|--:|\n| 甲 | {{figure incoming}} |\n"
    )
    assert isinstance(table, Table)
    assert (table.name, table.number, plain(table.caption)) == ("units", 1, "计量单位 与换算")
    assert [(one.title, one.align) for one in table.columns] == [("名称", "left"), ("数", "right")]
    assert table.rows == (((Text("甲"),), (FigureRef("F1"),)),)


def test_caption_note_and_name_can_be_given_in_the_template():
    first, second = blocks('{{table incoming}}\n\n{{table incoming as=again caption="另一题名" note=说明}}\n')
    assert isinstance(first, Table)
    assert isinstance(second, Table)
    assert (second.name, plain(second.caption), plain(second.note)) == ("again", "另一题名", "说明")


def test_line_breaks_vanish_between_chinese_characters_only():
    assert blocks("质量\n诚信\nreport\n2017\n") == (Paragraph((Text("质量诚信 report 2017"),)),)


def test_typed_indents_are_dropped_and_are_no_code():
    assert blocks("　　首行缩进\n\n    也缩进\n") == (
        Paragraph((Text("首行缩进"),)),
        Paragraph((Text("也缩进"),)),
    )


def test_html_and_escaped_braces_stay_text():
    (paragraph,) = blocks("<script>alert(1)</script> \\{{figure}} `{{figure x}}` a_b_c #panic() $x$\n")
    assert paragraph == Paragraph(
        (Text("<script>alert(1)</script> {{figure}} {{figure x}} a_b_c #panic() $x$"),)
    )


def test_every_problem_is_listed_with_its_line():
    found = problems(
        "合格率 {{figure unknown}}，\n目标 {{target nothing}}\n\n{{chart missing}}\n\n"
        "见{{ref table:none}}\n\n- 项\n- {{declared nobody}}\n\n| 甲 |\n|--|\n| {{figure gone}} |\n"
    )
    assert found == [
        (4, "没有指标 unknown"),
        (5, "没有目标 nothing"),
        (7, "没有图 missing"),
        (9, "引用的 table:none 不存在"),
        (12, "没有声明事实 nobody"),
        (16, "没有指标 gone"),
    ]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{{figures incoming}}\n", "没有占位符 figures"),
        ("{{figure}}\n", "缺少名称"),
        ("{{figure incoming\n}}\n", "没有在本行用"),
        ("{{}}\n", "占位符是空的"),
        ('{{figure "incoming}}\n', "引号不成对"),
        ("{{figure incoming part=rounded}}\n", "没有 part=rounded"),
        ("文字 {{table incoming}}\n", "必须独占一段"),
        ("{{table incoming}} 文字\n", "必须独占一段"),
        ("{{callout praise}} 很好\n", "没有说明框 praise"),
        ("{{table incoming}}\n\n{{table incoming}}\n", "重复"),
        ("{{caption alone 题名}}\n\n文字\n", "必须紧跟表格"),
        ("##### 五级\n", "最多四级"),
        ("![图](a.png)\n", "不支持的 Markdown：image"),
        ("> 引文\n", "不支持的 Markdown：blockquote"),
        ("- 甲\n  - 乙\n", "列表项只能是一段文字"),
    ],
)
def test_each_kind_of_mistake_is_named(body: str, words: str):
    assert any(words in zh for _, zh in problems(body))


def test_mistakes_in_the_front_matter():
    with pytest.raises(TemplateError) as refused:
        compose("---\nhouse_style: baroque\ncolour: red\n---\n", sample_resolver())
    assert {one.line for one in refused.value.problems} == {1, 3}
    assert "official_2013" in str(refused.value)
    with pytest.raises(TemplateError, match="no front matter"):
        compose("正文\n", sample_resolver())


def test_text_from_records_is_never_read_again():
    resolver = sample_resolver()
    hostile = (Text("**粗** {{figure x}} <b>"),)
    resolver.tables = {"bad": Table(resolver.tables["incoming"].columns[:1], ((hostile,),), (Text("题"),))}
    (table,) = compose(FRONT + "{{table bad}}\n", resolver).blocks
    assert isinstance(table, Table)
    assert table.rows == ((hostile,),)
