import django.db.models.deletion
from django.db import migrations, models

import zhicheng.core.fields
import zhicheng.metrics.definition


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_squashed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Objective",
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
                ("name", models.CharField(max_length=120, verbose_name="目标")),
                (
                    "level",
                    models.CharField(
                        choices=[("company", "公司"), ("department", "部门"), ("type", "产品型号")],
                        max_length=20,
                        verbose_name="层级",
                    ),
                ),
                ("year", models.IntegerField(verbose_name="年度")),
                (
                    "metric",
                    models.CharField(
                        choices=zhicheng.metrics.definition.metric_choices, max_length=60, verbose_name="指标"
                    ),
                ),
                ("slice", zhicheng.core.fields.RowsField(blank=True, default=list, verbose_name="范围")),
                (
                    "operator",
                    models.CharField(
                        choices=[("ge", "≥"), ("le", "≤")], default="ge", max_length=2, verbose_name="比较"
                    ),
                ),
                ("target", zhicheng.core.fields.ScaledField(places=2, unit="", verbose_name="目标值")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="依据")),
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
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.person",
                        verbose_name="责任人",
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
                "verbose_name": "质量目标",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="objective_objective_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
    ]
