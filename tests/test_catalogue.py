"""The English catalogue is whole: every text of the pages is marked, translated, and takes what the Chinese one takes."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from build_assets import compile_messages
from tests.catalogue import (
    CATALOGUE,
    SOURCE,
    as_text,
    extracted,
    forms,
    key_of,
    placeholders,
    renewed,
    translated,
)

CHINESE = re.compile(
    "[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)
ROOMS = ("api", "core", "exchange", "metrics", "processes", "web")
MARKS = {"_", "gettext_lazy", "gettext_noop", "pgettext", "pgettext_lazy", "ngettext"}
NO_TEXT_OF_PAGES: dict[str, str] = {
    "api/figures.py": "指标：列表 指标：取值 指标：计入的记录",  # titles in the description of the API, which is Chinese
    "api/operations.py": "：列表 ：一条 ：历史 ： ：更改",
    "api/urls.py": "*",
    "core/erasure.py": "〔已依法删除〕",  # stands in the record itself
    "core/parameters.py": "已核对",  # what people write
    "core/retelling.py": "： 、 (?<=。) 。",  # where sentences are taken apart
    "core/setup.py": "统一社会信用代码或域名只能含字母、数字、点和连字符（4 至 60 位）",  # said on the command line
    "exchange/cells.py": "*",  # what people write in cells
    "exchange/columns.py": "(必填)",
    "exchange/eight_d.py": "*",  # a form in both languages
    "exchange/eight_d_docx.py": "　",
    "exchange/eight_d_reading.py": "*",  # what people write in heads
    "exchange/eight_d_xlsx.py": "*",
    "exchange/escape.py": "*",
    "exchange/qdas.py": "*",  # said on the command line
    "exchange/qdas_cli.py": "*",
    "exchange/qdas_records.py": "、",
    "processes/complaint/models.py": "台 元",
    "processes/customer/workflow.py": r"股份有限公司|有限责任公司|有限公司|集团|公司|\b(?:co|ltd|inc|llc|corp)\b\.?|[（(].*?[)）]|[\s.,，。]",  # parts of the names of firms
    "processes/delivery/metrics.py": "*",
    "processes/delivery/models.py": "台",
    "processes/document/apart.py": "*",  # said by a process that loads no Django, as the readers of reports do
    "processes/document/importing.py": "*",  # what people write in heads
    "processes/document/models.py": "审核 批准 ／",
    "processes/inspection/models.py": "：",
    "processes/inspection/workflow.py": "台 、",  # parts of recorded texts
    "processes/nonconformity/models.py": "件",
    "processes/report/models.py": "审核 批准",
    "processes/satisfaction/evaluation.py": "*",  # the sentence that stands in the record itself
    "processes/satisfaction/metrics.py": "*",  # titles in two languages
    "processes/satisfaction/yearly.py": "； ：",
    "processes/warranty/deciding.py": "（ ）",
    "processes/warranty/models.py": "元",
    "processes/study/agreement.py": "*",  # of studies: what stands in the record itself, or is the statistics' own word
    "processes/study/capability.py": "充分 不足 勉强 正态",
    "processes/study/computing.py": "[\u4e00-\u9fff]",
    "processes/study/describing.py": "、",
    "processes/study/drawing.py": "；",
    "processes/study/gauge.py": "*",
    "processes/study/measuring.py": "*",
    "processes/study/roles.py": "*",  # what people write in heads
    "processes/study/table.py": "*",
    "processes/study/truth.py": "*",
    "processes/supplier/models.py": "件",
    "reports/gate.py": "%％ 零",  # what people write for nothing
    "web/drilldown.py": "「」",
}
"""Chinese in the code that no page shows as its own words: by file, the literals (``*``: all)."""


def test_every_marked_text_is_in_the_catalogue_and_nothing_else() -> None:
    known = {key_of(m) for m in translated() if m.id}
    assert known == extracted(), "run: make catalogue"
    assert not translated().obsolete


def test_the_file_is_as_the_command_writes_it() -> None:
    assert CATALOGUE.read_text("utf-8") == as_text(renewed(translated())), "run: make catalogue"


def test_every_text_has_a_translation_that_takes_the_same() -> None:
    for message in translated():
        if not message.id:
            continue
        assert all(forms(message.string)), f"no translation: {message.id}"
        assert not message.fuzzy, message.id
        for form in forms(message.string):
            assert placeholders(form) == placeholders(forms(message.id)[0]), message.id
            assert not CHINESE.search(form), (message.id, form)


def test_sentences_end_alike() -> None:
    """A sentence in one language is a sentence in the other."""
    wrong = [
        m.id
        for m in translated()
        if isinstance(m.id, str) and m.id.endswith("。") and not str(m.string).rstrip().endswith((".", "?"))
    ]
    assert not wrong


def test_the_compiled_catalogue_is_made_again_only_from_a_newer_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "en/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_bytes(CATALOGUE.read_bytes())
    monkeypatch.setattr("build_assets.LOCALE", tmp_path)
    compile_messages()
    made = folder / "django.mo"
    first = made.stat().st_mtime_ns
    compile_messages()
    assert made.stat().st_mtime_ns == first
    assert [p.name for p in sorted(folder.iterdir())] == ["django.mo", "django.po"]


def marked(tree: ast.AST) -> set[int]:
    """Literals that need no mark: in a call that marks them, documentation, one of a pair of languages."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(id(node.value))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            found |= {id(part) for part in ast.walk(node)}
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2:
            zh, en = node.elts
            texts = [[c.value for c in ast.walk(e) if isinstance(c, ast.Constant)] for e in (zh, en)]
            if texts[1] and not any(CHINESE.search(str(t)) for t in texts[1]):
                found |= {id(part) for part in ast.walk(zh)}
    return found


def left(path: Path, text: str) -> bool:
    allowed = NO_TEXT_OF_PAGES.get(path.relative_to(SOURCE).as_posix(), "")
    return allowed == "*" or text.strip() in allowed.split(" ") or text == allowed


def test_no_chinese_of_the_code_is_unmarked() -> None:
    paths = [p for room in ROOMS for p in (SOURCE / room).rglob("*.py") if "migrations" not in p.parts]
    paths += [SOURCE / "reports" / name for name in ("gate.py", "publish.py")]
    unmarked = []
    for path in paths:
        tree = ast.parse(path.read_text("utf-8"))
        known = marked(tree)
        unmarked += [
            f"{path.relative_to(SOURCE)}:{node.lineno} {node.value[:40]}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
            and CHINESE.search(node.value) and id(node) not in known and not left(path, node.value)
        ]  # fmt: skip
    assert paths
    assert not unmarked


def pages() -> list[Path]:
    """Every template of Django."""
    return [p for p in SOURCE.rglob("*.html") if "templates" in p.parts]


def test_no_chinese_of_templates_and_scripts_is_unmarked() -> None:
    tags = re.compile(
        r"{%\s*comment.*?endcomment\s*%}|{%\s*blocktrans.*?endblocktrans\w*\s*%}|{%.*?%}|{{.*?}}", re.DOTALL
    )
    comments = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.DOTALL)
    unmarked = []
    for path in [*pages(), *(SOURCE / "web/static").glob("*.js")]:
        rest = (tags if path.suffix == ".html" else comments).sub("", path.read_text("utf-8"))
        if path.name == "language.html":
            rest = rest.replace("中文", "")  # a language is called by its own name
        unmarked += [f"{path.relative_to(SOURCE)}: {found}" for found in CHINESE.findall(rest)]
    assert not unmarked


def test_chinese_within_template_tags_is_marked() -> None:
    """What a tag or a filter is given must be marked too: ``default:_("…")``, never ``default:"…"``."""
    bare = re.compile(r"(?<!_\()([\"'])(?=[^\"']*[\u3400-\u9fff，。：、])[^\"']*\1")
    wrong = [
        f"{path.name}: {tag}"
        for path in pages()
        for tag in re.findall(r"{%.*?%}|{{.*?}}", path.read_text("utf-8"))
        if not re.match(r"{%\s*trans(late)?\s", tag) and bare.search(tag)
    ]
    assert not wrong
