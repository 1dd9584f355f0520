"""Which column is which, by its name or by the order in which a person lists the columns."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from zhicheng.core.language import listed
from zhicheng.processes.study.models import Study
from zhicheng.processes.study.table import Table, refused

PART = (
    "零件",
    "样件",
    "样品",
    "工件",
    "部件",
    "零件号",
    "样品号",
    "part",
    "parts",
    "sample",
    "partno",
    "item",
)
OPERATOR = (
    "操作者",
    "操作员",
    "评价人",
    "评价者",
    "测量者",
    "检验员",
    "检验人",
    "人员",
    "operator",
    "appraiser",
    "inspector",
)
TRIAL = ("次数", "次", "重复", "试次", "序号", "trial", "run", "replicate", "no", "order")
STANDARD = ("基准", "标准", "真值", "参考", "standard", "reference", "truth")
REFERENCE = ("参考值", "基准值", "真值", "标准值", "参考", "基准", "reference", "master", "standard")
TIME = ("时间", "时刻", "录入时间", "测量时间", "time", "timestamp", "datetime")
CATEGORY = ("类别", "缺陷", "缺陷类型", "原因", "项目", "不合格项", "category", "defect", "cause")
COUNT = ("频数", "数量", "件数", "次数", "损失", "金额", "count", "frequency", "qty", "quantity", "cost")


def known(name: str, words: tuple[str, ...]) -> bool:
    """Whether a column's name is one of these words, unit in brackets apart."""
    plain = re.sub(r"[（(].*?[)）]|[\s_]", "", name).casefold()
    return plain in words


def roles(
    study: Study, table: Table, labels: tuple[tuple[str, ...], ...], left_out: tuple[str, ...] = ()
) -> tuple[int, int, list[int]]:
    """The two label columns, and the value columns: as listed by the person, by their names, or by position when there are three.

    Errors: ValidationError when it cannot be told.
    """
    chosen = table.chosen(study.columns)
    if chosen:
        if len(chosen) < 3:
            raise refused(
                _("这种研究至少要三列：请依次列出零件、操作者（评价者）、测量值或评级。"), "columns"
            )
        return chosen[0], chosen[1], chosen[2:]
    found = [
        next((at for at, name in enumerate(table.names) if known(name, words)), None) for words in labels
    ]
    first, second = found
    if first is not None and second is not None:
        rest = [
            at
            for at, name in enumerate(table.names)
            if at not in (first, second) and not known(name, left_out)
        ]
        if rest:
            return first, second, rest
    if first is None and second is None and len(table.names) == 3:
        return 0, 1, [2]
    raise refused(
        _("认不出哪一列是零件、哪一列是操作者（评价者）：列名为 %s。请在“数据列”里依次写明。")
        % listed(table.names),
        "columns",
    )


def column_of(table: Table, words: tuple[str, ...]) -> int | None:
    """The first column with one of these names."""
    return next((at for at, name in enumerate(table.names) if known(name, words)), None)
