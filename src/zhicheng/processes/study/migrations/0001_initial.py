import django.db.models.deletion
from django.db import migrations, models

import zhicheng.core.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_squashed"),
        ("supplier", "0001_squashed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Study",
            fields=[
                (
                    "k",
                    models.BigIntegerField(
                        editable=False, primary_key=True, serialize=False, verbose_name="序号"
                    ),
                ),
                ("version", models.IntegerField(editable=False, verbose_name="版本")),
                ("seq", models.BigIntegerField(db_index=True, editable=False, verbose_name="日志条目")),
                ("number", models.CharField(editable=False, max_length=40, unique=True, verbose_name="编号")),
                ("business_key", models.CharField(blank=True, db_index=True, editable=False, max_length=160)),
                ("state", models.CharField(editable=False, max_length=30, verbose_name="状态")),
                ("occurred_on", models.DateField(verbose_name="发生日期")),
                ("late", models.BooleanField(default=False, editable=False, verbose_name="补录")),
                ("late_reason", models.CharField(blank=True, max_length=200, verbose_name="补录原因")),
                (
                    "after_close",
                    models.BooleanField(default=False, editable=False, verbose_name="关账后录入"),
                ),
                (
                    "four_eyes_excepted",
                    models.BooleanField(default=False, editable=False, verbose_name="双人复核例外"),
                ),
                ("opened_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                (
                    "provenance",
                    models.CharField(
                        choices=[("entered", "本系统记录"), ("imported", "导入"), ("reconstructed", "重构")],
                        default="entered",
                        editable=False,
                        max_length=20,
                        verbose_name="数据来源",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("capability", "过程能力"),
                            ("gauge_crossed", "量具 R&R（交叉，方差分析）"),
                            ("gauge_range", "量具 R&R（均值极差法）"),
                            ("gauge_nested", "量具 R&R（嵌套）"),
                            ("type1", "1 型量具研究（Cg、Cgk）"),
                            ("bias", "偏倚"),
                            ("linearity", "线性"),
                            ("stability", "稳定性"),
                            ("agreement", "计数型一致性"),
                            ("tolerance", "统计容许区间"),
                            ("histogram", "直方图与正态性检验"),
                            ("correlation", "散布图与相关"),
                            ("pareto", "排列图"),
                            ("run_chart", "链图"),
                            ("record_truth", "记录真实性信号"),
                        ],
                        max_length=20,
                        verbose_name="研究种类",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        help_text="研究什么：如“外径，三号车床”。", max_length=120, verbose_name="研究名称"
                    ),
                ),
                ("characteristic", models.CharField(blank=True, max_length=80, verbose_name="特性")),
                ("unit", models.CharField(blank=True, max_length=20, verbose_name="单位")),
                (
                    "data",
                    zhicheng.core.fields.PastedField(
                        blank=True,
                        help_text="在 Excel 中选中数据（连同列名）复制，粘贴在这里；或在下面上传文件，二者取一。",
                        verbose_name="粘贴数据",
                    ),
                ),
                (
                    "data_file",
                    zhicheng.core.fields.FileHashField(
                        blank=True,
                        help_text=".xlsx 或 .csv；保存后所附文件的指纹（SHA-256）是记录的一项。",
                        max_length=64,
                        verbose_name="数据文件",
                    ),
                ),
                (
                    "sheet",
                    models.CharField(
                        blank=True, help_text="留空则用第一张表。", max_length=40, verbose_name="工作表"
                    ),
                ),
                (
                    "columns",
                    models.CharField(
                        blank=True,
                        help_text="列名或列号，用逗号分开；留空则自动选取。量具研究依次为零件、操作者、测量值（可有几列）；一致性研究依次为零件、评价者、评级。",
                        max_length=200,
                        verbose_name="数据列",
                    ),
                ),
                (
                    "size",
                    models.IntegerField(
                        blank=True,
                        help_text="只有一列数据时，按先后每几个作一个子组；留空则作单值。几列数据时每行即一个子组。",
                        null=True,
                        verbose_name="子组大小",
                    ),
                ),
                (
                    "lower",
                    zhicheng.core.fields.ScaledField(
                        blank=True, null=True, places=6, unit="", verbose_name="规格下限"
                    ),
                ),
                (
                    "upper",
                    zhicheng.core.fields.ScaledField(
                        blank=True, null=True, places=6, unit="", verbose_name="规格上限"
                    ),
                ),
                (
                    "target",
                    zhicheng.core.fields.ScaledField(
                        blank=True, null=True, places=6, unit="", verbose_name="目标值"
                    ),
                ),
                (
                    "tolerance",
                    zhicheng.core.fields.ScaledField(
                        blank=True,
                        help_text="公差带的全宽；量具研究留空而两个规格限都有时，取其差。",
                        null=True,
                        places=6,
                        unit="",
                        verbose_name="公差",
                    ),
                ),
                (
                    "reference",
                    zhicheng.core.fields.ScaledField(
                        blank=True, null=True, places=6, unit="", verbose_name="参考值"
                    ),
                ),
                (
                    "process_variation",
                    zhicheng.core.fields.ScaledField(
                        blank=True,
                        help_text="过程的 6σ；给出则算偏倚、线性占过程变差的百分数。",
                        null=True,
                        places=6,
                        unit="",
                        verbose_name="过程变差",
                    ),
                ),
                (
                    "resolution",
                    zhicheng.core.fields.ScaledField(
                        blank=True,
                        help_text="量具能分辨的最小一步。",
                        null=True,
                        places=6,
                        unit="",
                        verbose_name="分辨力",
                    ),
                ),
                (
                    "confidence",
                    zhicheng.core.fields.ScaledField(
                        blank=True, default=95, null=True, places=2, unit="%", verbose_name="置信水平"
                    ),
                ),
                (
                    "coverage",
                    zhicheng.core.fields.ScaledField(
                        blank=True, default=99, null=True, places=4, unit="%", verbose_name="覆盖率"
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        blank=True,
                        choices=[("two", "双侧"), ("lower", "只有下限"), ("upper", "只有上限")],
                        default="two",
                        max_length=10,
                        verbose_name="侧",
                    ),
                ),
                (
                    "parametric",
                    models.BooleanField(
                        default=True,
                        help_text="否则用非参数（次序统计量）的容许区间。",
                        verbose_name="按正态分布",
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("normal", "正态"),
                            ("box-cox", "Box–Cox 变换"),
                            ("johnson", "Johnson 变换"),
                            ("quantile", "百分位法"),
                        ],
                        default="normal",
                        max_length=10,
                        verbose_name="方法",
                    ),
                ),
                (
                    "distribution",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("weibull", "威布尔分布"),
                            ("lognormal", "对数正态分布"),
                            ("gamma", "伽马分布"),
                            ("exponential", "指数分布"),
                            ("rayleigh", "瑞利分布"),
                            ("half_normal", "半正态分布"),
                            ("largest_extreme", "最大极值分布"),
                            ("smallest_extreme", "最小极值分布"),
                        ],
                        default="weibull",
                        help_text="只用于百分位法。",
                        max_length=20,
                        verbose_name="分布",
                    ),
                ),
                (
                    "positive",
                    models.CharField(
                        blank=True,
                        help_text="如“不合格”；给出则算漏判率与误判率。",
                        max_length=40,
                        verbose_name="要检出的类别",
                    ),
                ),
                ("observations", models.IntegerField(default=0, editable=False, verbose_name="数据个数")),
                (
                    "results",
                    zhicheng.core.fields.RowsField(
                        blank=True, default=list, editable=False, verbose_name="结果"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("met", "满足"),
                            ("conditional", "有条件"),
                            ("unmet", "不满足"),
                            ("none", "不作判定"),
                        ],
                        default="none",
                        editable=False,
                        max_length=12,
                        verbose_name="判定",
                    ),
                ),
                ("verdict", models.TextField(blank=True, editable=False, verbose_name="结论")),
                ("criterion", models.TextField(blank=True, editable=False, verbose_name="判据与来源")),
                ("notes", models.TextField(blank=True, editable=False, verbose_name="说明")),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.department",
                        verbose_name="部门",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="supplier.item",
                        verbose_name="物料",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.site",
                        verbose_name="场所",
                    ),
                ),
            ],
            options={
                "verbose_name": "统计研究",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="study_study_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
    ]
