"""The figures of nonconformities."""

from django.utils.translation import gettext_noop

from zhicheng.metrics.definition import Measure, Metric
from zhicheng.processes.nonconformity.models import Nonconformity

COUNTED = tuple(s.value for s in Nonconformity.State if s != Nonconformity.State.VOID)

OPENED = Metric(
    name="nonconformities",
    title=("不合格品记录数", "Nonconformities"),
    unit=gettext_noop("项"),
    type="nonconformity.nonconformity",
    states=COUNTED,
    form="count",
    numerator=Measure(),
    dimensions=("source", "severity", "disposition"),
    source=(
        "本期发生的不合格品记录，作废的除外",
        "Nonconformities that occurred in the period, void ones excepted",
    ),
)
CLOSED = Metric(
    name="nonconformities_closed",
    title=("不合格品关闭率", "Nonconformities closed"),
    unit="%",
    type="nonconformity.nonconformity",
    states=COUNTED,
    form="share",
    numerator=Measure(where=(("state", "is", "closed"),)),
    denominator=Measure(),
    scale=100,
    places=2,
    dimensions=("source",),
    source=("效果验证后关闭的 ÷ 发生的（J-3.2.6）", "Closed after verification ÷ opened"),
)
METRICS = (OPENED, CLOSED)
