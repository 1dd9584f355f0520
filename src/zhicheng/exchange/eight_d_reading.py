"""What a filled-in 8D says, by the words that stand in it: ours, or the customer's own form in any order, with more columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from django.utils.translation import gettext as _

from zhicheng.core.containers import FileRefused
from zhicheng.exchange.eight_d import DISCIPLINES, ITEMS, TEAM, Discipline
from zhicheng.exchange.eight_d_file import Rows, rows_of

CODE = re.compile(r"D\s?([0-8])(?![0-9A-Za-z])[\s:：.．、\-—–]*(.*)", re.IGNORECASE | re.DOTALL)
FORMULA = re.compile(r"[=＝@＠]|[+\-＋－]\s*[A-Za-z0-9_.]+\s*[(|!]")
"""What a spreadsheet would compute or start, not a dash before a line of a list."""
NAMES = frozenset({"姓名", "name", "成员", "member", "team member", "姓名name"})
PARTS = frozenset(
    {"分工", "role", "职责", "responsibility", "职务", "function", "角色", "部门/职务", "分工role"}
)
TEXTS = frozenset({
    "措施", "内容", "措施内容", "对策", "描述", "说明", "action", "actions", "description", "content", "原因", "measure",
})  # fmt: skip
OTHERS = frozenset({
    "负责人", "责任人", "责任部门", "owner", "responsible", "日期", "完成日期", "计划日期", "date", "due date", "due", "状态", "status", "序号",
    "no", "no.", "#", "电话", "phone", "tel", "部门", "department", "dept", "dept.", "备注", "remark", "remarks", "签字", "signature",
    "邮箱", "email", "e-mail", "效果", "完成情况",
})  # fmt: skip
APART = re.compile(r"[、，,;；\n]+")


@dataclass
class Read:
    """What was found: a text for each fact, the team's rows, the numbers of complaints named, and what had no place."""

    texts: dict[str, str] = field(default_factory=dict)
    team: list[tuple[str, str]] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def read_eight_d(data: bytes, file_name: str, number: str) -> Read:
    """What the file says of the complaint ``number``. Errors: FileRefused for a file that is none, or of another complaint."""
    rows = rows_of(data, file_name)
    found = Reader().read(rows)
    if not found.texts.keys() - {"number"} and not found.team:
        raise FileRefused(
            _("“%s”里找不到 D1 至 D8 的任何一项：请用从本页导出的 8D，或带有 D1 至 D8 标题的表格。")
            % file_name
        )
    _own(found, rows, file_name, number)
    for name, text in [*found.texts.items(), *((TEAM, one) for row in found.team for one in row)]:
        if FORMULA.match(text.lstrip()):
            label = ITEMS[name].zh
            raise FileRefused(
                _("“%(f)s”的“%(label)s”写的是“%(text)s”，像是公式，没有读取：请改成普通文字后再上传。")
                % {"f": file_name, "label": label, "text": text.strip()[:30]}
            )
    return found


def _own(found: Read, rows: Rows, file_name: str, number: str) -> None:
    """A form that names complaints of ours, but not this one, is another's."""
    pattern = re.compile(re.sub(r"\d+", lambda m: rf"\d{{{len(m[0])}}}", re.escape(number)))
    found.numbers = sorted({m for row in rows for cell in row for m in pattern.findall(cell)})
    stated = found.texts.pop("number", "").strip()
    if number in found.numbers and (not stated or number in stated):
        return
    other = stated if stated and number not in stated else next(iter(found.numbers), "")
    if other and (stated or found.numbers):
        raise FileRefused(
            _("“%(f)s”写的是投诉 %(other)s，这里是 %(number)s：请到那一条投诉上传，或改正文件中的编号。")
            % {"f": file_name, "other": other[:40], "number": number}
        )


def folded(text: str) -> str:
    """A label for comparing: narrow, small, without marks around it."""
    narrow = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\s+", " ", narrow).strip(" :*()[]【】.、\n")


def _labels() -> dict[str, list[tuple[str, str]]]:
    """Every label with the disciplines and facts that it may mean."""
    found: dict[str, list[tuple[str, str]]] = {}
    for d in DISCIPLINES:
        for item in d.items:
            for word in {item.zh, item.en, f"{item.zh} {item.en}", f"{item.zh}/{item.en}", *item.also}:
                found.setdefault(folded(word), []).append((d.code, item.name))
    return found


LABELS = _labels()
TITLES = {
    folded(word): d for d in DISCIPLINES for word in (d.zh, d.en, f"{d.zh} {d.en}", f"{d.zh}/{d.en}", *d.also)
}


class Reader:
    """Goes through the rows, remembering under which discipline and label it is."""

    def __init__(self) -> None:
        self.found = Read()
        self.texts: dict[str, list[str]] = {}
        self.discipline: Discipline | None = None
        self.fact = ""
        self.columns: list[str] | None = None

    def read(self, rows: Rows) -> Read:
        """Everything."""
        for row in rows:
            if any(cell.strip() for cell in row):
                self._row(row)
            else:
                self.columns = None
        self.found.texts = {n: text for n, lines in self.texts.items() if (text := "\n".join(lines).strip())}
        return self.found

    def _row(self, row: Sequence[str]) -> None:
        first = next(i for i, cell in enumerate(row) if cell.strip())
        rest = list(row)
        heading = self._heading(row[first])
        if heading is not None:
            self.discipline, inline = heading
            self.fact, self.columns = self.discipline.items[0].name, None
            rest = [*[""] * (first + 1), *row[first + 1 :]]
            if inline:
                self._take([inline])
            if not any(cell.strip() for cell in rest):
                return
        if self._heads(rest):
            return
        self._cells(rest)

    def _heading(self, cell: str) -> tuple[Discipline, str] | None:
        """The discipline that a cell opens, and what it says of it in the same breath."""
        match = CODE.fullmatch(cell.strip())
        if match is None:
            known = TITLES.get(folded(cell))
            named = LABELS.get(folded(cell), [])  # a label of the present discipline is nearer than a title
            here = self.discipline is not None and any(code == self.discipline.code for code, _n in named)
            return (known, "") if known is not None and not here else None
        discipline = DISCIPLINES[int(match[1])]
        title, mark, said = match[2].replace("：", ":").partition(":")
        if not match[2].strip():
            return discipline, ""
        if any(hint in folded(title) for hint in discipline.hints) and len(title) <= 60:
            _head, newline, below = title.partition("\n")  # a title and its text in one cell
            inline = said if mark else below if newline and not TITLES.get(folded(title)) else ""
            return discipline, inline.strip()
        return None

    def _heads(self, row: Sequence[str]) -> bool:
        """Whether the row is the head of a table with more than one column; its roles are remembered."""
        words = [folded(cell) for cell in row]
        roles = ["name" if _of(w, NAMES) else "part" if _of(w, PARTS) else "text" if _of(w, TEXTS) else
                 "other" if _of(w, OTHERS) else "" for w in words]  # fmt: skip
        named = [r for r, w in zip(roles, words, strict=True) if w]
        wanted = "name" if self.fact == TEAM else "text"
        if len(named) < 2 or not all(named) or wanted not in named:
            return False
        self.columns = roles
        return True

    def _label(self, cell: str) -> str:
        """The fact that a cell is the label of, in the present discipline or in the head of the form."""
        meant = LABELS.get(folded(cell), [])
        code = self.discipline.code if self.discipline else "D0"
        here = next((name for c, name in meant if c == code), "")
        return here or next((name for _c, name in meant if len(meant) == 1), "")

    def _cells(self, row: Sequence[str]) -> None:
        """Labels with their values, or values alone."""
        content: list[str] = []
        labelled, at = False, 0
        while at < len(row):
            cell = row[at]
            name = self._label(cell) if cell.strip() else ""
            label, mark, said = cell.replace("：", ":", 1).partition(":")
            inline = self._label(label) if mark and not name and "\n" not in label else ""
            if name:
                labelled, self.fact, self.columns = True, name, None
                following = row[at + 1] if at + 1 < len(row) else ""
                if following.strip() and (at + 2 >= len(row) or not self._label(following)):
                    self._put(name, following)
                    at += 1
            elif inline:
                labelled, self.fact, self.columns = True, inline, None
                self._put(inline, said.strip())
            elif cell.strip() and labelled:
                self.found.left.append(cell.strip())
            elif cell.strip() or self.columns:
                content.append(cell)
            at += 1
        if not labelled and any(one.strip() for one in content):
            self._take(list(row) if self.columns else content)

    def _take(self, content: list[str]) -> None:
        """Values without a label: of the label above, by the heads of their columns where there are any."""
        if not self.fact:
            return  # a title above everything
        if self.fact == TEAM:
            self._members(content)
        elif self.columns:
            pairs = list(zip_longest((c.strip() for c in content), self.columns, fillvalue=""))
            self._put(self.fact, " ".join(c for c, role in pairs if role == "text" and c))
            self.found.left += [c for c, role in pairs if role != "text" and c]
        else:
            first, *more = [one for one in content if one.strip()]
            self._put(self.fact, first)
            self.found.left += [one.strip() for one in more]

    def _members(self, content: list[str]) -> None:
        if self.columns:
            pairs = list(zip(content, self.columns, strict=False))
            name, part = (
                " ".join(c.strip() for c, role in pairs if role == wanted and c.strip())
                for wanted in ("name", "part")
            )
            self.found.left += [c.strip() for c, role in pairs if role == "other" and c.strip()]
            if name:
                self.found.team.append((name, part))
            return
        filled = [one.strip() for one in content if one.strip()]
        if len(filled) == 2 and not any(APART.search(one) for one in filled):
            self.found.team.append((filled[0], filled[1]))
        else:
            names = [name.strip() for one in filled for name in APART.split(one)]
            self.found.team += [(name, "") for name in names if name]

    def _put(self, name: str, text: str) -> None:
        if name == TEAM:
            self._members([text])
        elif text.strip():
            self.texts.setdefault(name, []).append(text.strip("\n").rstrip())


def _of(word: str, words: frozenset[str]) -> bool:
    """Whether a head is one of these words, alone or in both languages."""
    return word in words or (" " in word and all(part in words for part in word.split(" ", 1)))
