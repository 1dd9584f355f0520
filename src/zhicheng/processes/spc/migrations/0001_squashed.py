import django.db.models.deletion
from django.db import migrations, models

import zhicheng.core.fields


class Migration(migrations.Migration):
    replaces = [
        ("spc", "0001_initial"),
        ("spc", "0002_counts"),
        ("spc", "0003_cusum"),
        ("spc", "0004_products"),
    ]

    initial = True

    dependencies = [
        ("core", "0001_squashed"),
        ("inspection", "0001_squashed"),
        ("supplier", "0001_squashed"),
    ]

    operations = [
        migrations.CreateModel(
            name="ControlChart",
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
                ("characteristic", models.CharField(max_length=80, verbose_name="特性")),
                ("unit", models.CharField(blank=True, max_length=20, verbose_name="单位")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("xbar_r", "X̄-R"),
                            ("xbar_s", "X̄-s"),
                            ("i_mr", "I-MR"),
                            ("p", "p（不合格品率）"),
                            ("np", "np（不合格品数）"),
                            ("c", "c（不合格数）"),
                            ("u", "u（单位不合格数）"),
                            ("laney_p", "Laney p′"),
                            ("laney_u", "Laney u′"),
                            ("ewma", "EWMA"),
                            ("cusum", "CUSUM（累积和）"),
                        ],
                        default="xbar_r",
                        max_length=10,
                        verbose_name="控制图",
                    ),
                ),
                ("size", models.IntegerField(default=5, verbose_name="子组大小")),
                (
                    "from_lots",
                    models.BooleanField(
                        default=False,
                        help_text="每判一批自动登记一个子组：物料取自进货检验批，产品型号取自成品送检批。",
                        verbose_name="取自检验批",
                    ),
                ),
                (
                    "rules",
                    models.CharField(
                        choices=[
                            ("nelson", "八项判异准则（GB/T 17989.2，Nelson）"),
                            ("western_electric", "Western Electric"),
                            ("iso7870_2", "ISO 7870-2（未核对原文）"),
                            ("limits", "只判超出控制限"),
                        ],
                        default="nelson",
                        max_length=20,
                        verbose_name="判异准则",
                    ),
                ),
                ("phase1_from", models.DateField(blank=True, null=True, verbose_name="估计用数据起")),
                ("phase1_to", models.DateField(blank=True, null=True, verbose_name="估计用数据止")),
                ("edition", models.IntegerField(default=0, editable=False, verbose_name="控制限版次")),
                (
                    "frozen_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="冻结日期"),
                ),
                (
                    "limits",
                    zhicheng.core.fields.DataField(
                        blank=True, editable=False, verbose_name="位置图控制限数据"
                    ),
                ),
                (
                    "spread_limits",
                    zhicheng.core.fields.DataField(
                        blank=True, editable=False, verbose_name="离散图控制限数据"
                    ),
                ),
                (
                    "lines",
                    zhicheng.core.fields.RowsField(
                        blank=True, default=list, editable=False, verbose_name="控制限"
                    ),
                ),
                (
                    "proposed",
                    zhicheng.core.fields.DataField(
                        blank=True, editable=False, verbose_name="建议的位置图控制限数据"
                    ),
                ),
                (
                    "proposed_spread",
                    zhicheng.core.fields.DataField(
                        blank=True, editable=False, verbose_name="建议的离散图控制限数据"
                    ),
                ),
                (
                    "proposed_lines",
                    zhicheng.core.fields.RowsField(
                        blank=True, default=list, editable=False, verbose_name="建议的控制限"
                    ),
                ),
                (
                    "finding",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="阶段一结论"),
                ),
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
                    "product",
                    models.ForeignKey(
                        blank=True,
                        help_text="物料与产品型号只填一个；产品型号只有计数的控制图。",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inspection.producttype",
                        verbose_name="产品型号",
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
                "verbose_name": "控制图",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="spc_controlchart_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Subgroup",
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
                ("values", zhicheng.core.fields.RowsField(blank=True, default=list, verbose_name="测得值")),
                ("source", models.CharField(blank=True, editable=False, max_length=60, verbose_name="来自")),
                (
                    "source_number",
                    models.CharField(blank=True, editable=False, max_length=40, verbose_name="来自编号"),
                ),
                (
                    "location",
                    zhicheng.core.fields.ScaledField(
                        blank=True, editable=False, null=True, places=6, unit="", verbose_name="均值或单值"
                    ),
                ),
                (
                    "spread",
                    zhicheng.core.fields.ScaledField(
                        blank=True, editable=False, null=True, places=6, unit="", verbose_name="极差或标准差"
                    ),
                ),
                ("edition", models.IntegerField(default=0, editable=False, verbose_name="控制限版次")),
                ("signals", models.CharField(blank=True, editable=False, max_length=60, verbose_name="判异")),
                (
                    "chart",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="spc.controlchart",
                        verbose_name="控制图",
                    ),
                ),
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
                "verbose_name": "子组",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["chart", "k"], name="spc_subgrou_chart_i_db8f10_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="spc_subgroup_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Signal",
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
                ("tests", models.CharField(max_length=60, verbose_name="准则")),
                ("description", models.CharField(max_length=300, verbose_name="信号")),
                ("assignable", models.BooleanField(default=False, verbose_name="有特殊原因")),
                ("cause", models.TextField(blank=True, verbose_name="原因")),
                ("action", models.TextField(blank=True, verbose_name="措施")),
                (
                    "chart",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="spc.controlchart",
                        verbose_name="控制图",
                    ),
                ),
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
                (
                    "subgroup",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="spc.subgroup",
                        verbose_name="子组",
                    ),
                ),
            ],
            options={
                "verbose_name": "判异信号",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="spc_signal_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
    ]
