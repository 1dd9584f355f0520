"""From the data file to the kept results, and again: the same file and the same facts give the same results."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from zhicheng.core.files import Attachment, path_of
from zhicheng.core.language import CHINESE, sentence
from zhicheng.core.pictures import Picture
from zhicheng.processes.study import agreement, capability, describing, gauge, measuring, truth
from zhicheng.processes.study.asked import check
from zhicheng.processes.study.finding import Finding
from zhicheng.processes.study.models import Kind, Study
from zhicheng.processes.study.table import Table, read, refused

SENTENCE = re.compile("[\u4e00-\u9fff]")
"""The methods say in Chinese what they cannot do with the data."""
METHODS: dict[str, Callable[[Study, Table], Finding]] = {
    Kind.CAPABILITY: capability.capability,
    Kind.GAUGE_CROSSED: gauge.gauge,
    Kind.GAUGE_RANGE: gauge.gauge,
    Kind.GAUGE_NESTED: gauge.gauge,
    Kind.TYPE1: measuring.type1,
    Kind.BIAS: measuring.bias,
    Kind.LINEARITY: measuring.linearity,
    Kind.STABILITY: measuring.stability,
    Kind.AGREEMENT: agreement.agreement,
    Kind.TOLERANCE: describing.tolerance,
    Kind.HISTOGRAM: describing.described,
    Kind.CORRELATION: describing.correlated,
    Kind.PARETO: describing.ranked,
    Kind.RUN_CHART: describing.run,
    Kind.RECORD_TRUTH: truth.signals,
}


def computed(study: Study, data: bytes, file_name: str) -> Finding:
    """The finding of a study from the bytes of its data file. Errors: ValidationError with sentences by field."""
    check(study)
    table = read(data, file_name, study.sheet)
    try:
        return METHODS[study.kind](study, table)
    except ValueError as error:
        if not SENTENCE.search(str(error)):
            raise  # no sentence of a method, but a fault of the program
        raise refused(sentence(error)) from error


def results_of(finding: Finding) -> dict[str, Any]:
    """What of a finding a record keeps."""
    return {
        "observations": finding.observations,
        "results": [
            {"name": one.name, "value": one.value, "low": one.low or None, "high": one.high or None, "unit": one.unit or None}
            for one in finding.results
        ],
        "outcome": str(finding.outcome),
        "verdict": finding.verdict,
        "criterion": finding.criterion,
        "notes": "\n".join(finding.notes),
    }  # fmt: skip


def kept(study: Study) -> dict[str, Any]:
    """What the record keeps now, in the form of ``results_of``."""
    return {
        name: getattr(study, name)
        for name in ("observations", "results", "outcome", "verdict", "criterion", "notes")
    }


def data_of(study: Study) -> tuple[bytes, str]:
    """The data file with its name. Errors: ValidationError when it is gone or is not what the record names."""
    path = path_of(study.data_file)
    if not study.data_file or not path.is_file():
        raise refused(_("数据文件不在存储中：请从备份恢复。"), "data_file")
    data = path.read_bytes()
    if sha256(data).hexdigest() != study.data_file:
        raise refused(_("数据文件与记录中的指纹不符：文件被改过，请从备份恢复。"), "data_file")
    file = Attachment.objects.filter(type="study.study", k=study.k, sha256=study.data_file).first()
    return data, file.name if file else _("数据文件")


def recomputed(study: Study) -> dict[str, Any]:
    """The results computed again from the kept file, in the language of records. Errors: as ``data_of`` and ``computed``."""
    with translation.override(CHINESE):
        data, name = data_of(study)
        return results_of(computed(study, data, name))


def pictures(study: Study) -> list[Picture]:
    """The pictures, drawn again from the data file; none where there is no file or it can no longer be read."""
    if not study.data_file:
        return []
    try:
        drawn = computed(study, *data_of(study)).pictures
    except ValidationError:
        return []
    return [replace(one, title=sentence(one.title), note=sentence(one.note)) for one in drawn]
