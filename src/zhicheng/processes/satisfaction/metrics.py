"""The figures of satisfaction: the mean as a ratio of integers, the response rate that stands beside it, each factor's mean."""

from zhicheng.metrics.definition import Measure, Metric
from zhicheng.processes.satisfaction.choices import Factor

DIMENSIONS = ("stage", "service_class", "customer_class", "kind", "region")
ENGLISH = {
    "quality": "quality", "price": "price", "technology": "technology", "service": "service", "delivery": "delivery time",
    "brand": "brand",
}  # fmt: skip
CHINESE = {
    "quality": "质量", "price": "价格", "technology": "技术", "service": "服务", "delivery": "交期", "brand": "品牌",
}  # fmt: skip


def _mean(name: str, title: tuple[str, str], fact: str, source: tuple[str, str]) -> Metric:
    return Metric(
        name=name,
        title=title,
        unit="",
        type="satisfaction.response",
        states=("received",),
        where=((fact, "not_null", None),),
        form="mean",
        numerator=Measure("sum", fact),
        denominator=Measure(),
        fact_places=2,
        places=2,
        dimensions=DIMENSIONS,
        source=source,
    )


MEAN = _mean(
    "satisfaction_mean",
    ("顾客满意度", "Customer satisfaction"),
    "score",
    (
        "本期收到的答卷满意度（0 至 100 分）之和 ÷ 份数，作废的除外（K-4.5、K-4.5.2、T-7.3.1）",
        "Sum of the scores (0 to 100) of responses received in the period ÷ their number, void ones excepted",
    ),
)
RATE = Metric(
    name="satisfaction_response_rate",
    title=("满意度调查答复率", "Response rate of surveys"),
    unit="%",
    type="satisfaction.invitation",
    states=("invited", "answered"),
    form="share",
    numerator=Measure(where=(("state", "is", "answered"),)),
    denominator=Measure(),
    scale=100,
    places=2,
    dimensions=DIMENSIONS,
    source=(
        "本期邀请中已答复的 ÷ 邀请数，撤回的除外",
        "Invitations of the period that were answered ÷ invitations, withdrawn ones excepted",
    ),
)
FACTORS = tuple(
    _mean(
        f"satisfaction_{factor}",
        (f"{CHINESE[factor]}满意度", f"Satisfaction with {ENGLISH[factor]}"),
        factor,
        (
            f"答卷中关于{CHINESE[factor]}的问题的加权平均分的平均（T-6.3.2）",
            f"Mean of the weighted scores on {ENGLISH[factor]}",
        ),
    )
    for factor in Factor.values
)
METRICS = (MEAN, RATE, *FACTORS)
