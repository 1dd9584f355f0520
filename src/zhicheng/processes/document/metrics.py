"""The figures of documents: how many are in force, how many of them controlled, how many editions were issued, how many reviewed.

A document counts in the period in which it was last confirmed, by an edition coming into force or by its yearly review: who
reviews every document each year counts every document each year.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

from zhicheng.metrics.definition import Measure, Metric
from zhicheng.processes.document.models import Document, Edition, Reading

D, E = Document.State, Edition.State
USED = (D.IN_FORCE.value, D.WITHDRAWING.value)
ISSUED = (E.ISSUED.value, E.IN_FORCE.value, E.SUPERSEDED.value, E.OBSOLETE.value)
DIMENSIONS = ("level", "category")

IN_FORCE = Metric(
    name="documents_in_force",
    title=("现行有效文件数", "Documents in force"),
    unit=gettext_noop("份"),
    type="document.document",
    states=USED,
    form="count",
    placed_by="confirmed_on",
    numerator=Measure(),
    dimensions=DIMENSIONS,
    source=(
        "本期内颁布新版或作过年度审视、现仍有效的文件（J-3.2.1）",
        "Documents of which an edition came into force or that were reviewed in the period, and that are in force",
    ),
)
CONTROLLED = Metric(
    name="documents_controlled",
    title=("文件受控率", "Documents under control"),
    unit="%",
    type="document.document",
    states=USED,
    form="share",
    placed_by="confirmed_on",
    numerator=Measure(where=(("controlled", "is", True),)),
    denominator=Measure(),
    scale=100,
    places=2,
    dimensions=DIMENSIONS,
    source=(
        "有编号、有现行版次、旧版受控份都已收回的 ÷ 使用中的文件（J-2.6.2）",
        "Numbered, of a known edition, no controlled copy of a former edition out ÷ documents in use",
    ),
)
REVIEWED = Metric(
    name="documents_reviewed",
    title=("年度审视的文件数", "Documents reviewed"),
    unit=gettext_noop("份"),
    type="document.document",
    states=USED,
    form="count",
    placed_by="reviewed_on",
    numerator=Measure(),
    dimensions=DIMENSIONS,
    source=(
        "最近一次审视在本期内的现行文件（K-0.4）",
        "Documents in force whose last review lies in the period",
    ),
)
EDITIONS = Metric(
    name="editions_issued",
    title=("颁布的文件版本数", "Editions issued"),
    unit=gettext_noop("版"),
    type="document.edition",
    states=ISSUED,
    form="count",
    placed_by="effective_on",
    numerator=Measure(),
    dimensions=("kind",),
    source=(
        "生效日期在本期内的版本，撤回的除外（K-0.10）",
        "Editions whose day of effect lies in the period",
    ),
)
READINGS = Metric(
    name="readings_passed",
    title=("阅读确认通过率", "Readings passed"),
    unit="%",
    type="document.reading",
    states=(Reading.State.CONFIRMED.value,),
    form="share",
    numerator=Measure(where=(("passed", "is", True),)),
    denominator=Measure(),
    scale=100,
    places=2,
    source=("达到合格线的 ÷ 本期的阅读确认", "Passed ÷ readings confirmed in the period"),
)
METRICS = (IN_FORCE, CONTROLLED, REVIEWED, EDITIONS, READINGS)
