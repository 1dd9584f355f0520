import django.db.models.deletion
from django.db import migrations, models

import zhicheng.core.fields


class Migration(migrations.Migration):
    replaces = [
        ("nonconformity", "0001_initial"),
        ("nonconformity", "0002_batch"),
        ("nonconformity", "0003_alike"),
    ]

    initial = True

    dependencies = [
        ("core", "0001_squashed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Nonconformity",
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
                    "source",
                    models.CharField(
                        choices=[
                            ("incoming", "进货检验"),
                            ("production", "生产检验"),
                            ("finished", "成品检验"),
                            ("delivery", "交付或使用后"),
                            ("returned", "退货"),
                            ("environment", "环境"),
                            ("safety", "职业健康安全"),
                        ],
                        max_length=20,
                        verbose_name="来源",
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=80, verbose_name="对象")),
                ("subject_number", models.CharField(blank=True, max_length=60, verbose_name="对象编号")),
                ("product", models.CharField(max_length=120, verbose_name="产品或物料")),
                ("batch", models.CharField(blank=True, max_length=60, verbose_name="批号")),
                ("defect_code", models.CharField(blank=True, max_length=30, verbose_name="缺陷代码")),
                ("description", models.TextField(verbose_name="不合格描述")),
                (
                    "severity",
                    models.CharField(
                        choices=[("critical", "关键"), ("major", "重要"), ("minor", "一般")],
                        default="major",
                        max_length=20,
                        verbose_name="严重程度",
                    ),
                ),
                ("quantity", zhicheng.core.fields.ScaledField(places=3, unit="", verbose_name="不合格数量")),
                ("unit", models.CharField(default="件", max_length=10, verbose_name="单位")),
                ("found_by_customer", models.BooleanField(default=False, verbose_name="顾客发现")),
                (
                    "rule",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("lot_rejected", "来料不接收"),
                            ("critical_characteristic", "关键特性不合格"),
                            ("defects_per_shift", "同班同缺陷达到台数"),
                            ("customer", "顾客发现"),
                        ],
                        editable=False,
                        max_length=60,
                        verbose_name="触发规则",
                    ),
                ),
                ("containment", models.TextField(blank=True, verbose_name="标识与隔离")),
                (
                    "disposition",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("rework", "返工"),
                            ("repair", "返修"),
                            ("concession", "让步接收"),
                            ("sort", "挑选"),
                            ("regrade", "降级"),
                            ("scrap", "报废"),
                            ("return", "退货"),
                        ],
                        max_length=20,
                        verbose_name="处置",
                    ),
                ),
                ("disposition_reason", models.TextField(blank=True, verbose_name="处置理由")),
                ("cause", models.TextField(blank=True, verbose_name="原因")),
                ("work_done", models.TextField(blank=True, verbose_name="返工返修说明")),
                (
                    "reinspected",
                    zhicheng.core.fields.ScaledField(
                        blank=True, null=True, places=3, unit="", verbose_name="复检数量"
                    ),
                ),
                (
                    "reinspected_conforming",
                    zhicheng.core.fields.ScaledField(
                        blank=True, null=True, places=3, unit="", verbose_name="复检合格数量"
                    ),
                ),
                ("effect", models.TextField(blank=True, verbose_name="效果验证")),
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
                    "responsible",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.department",
                        verbose_name="责任部门",
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
                "verbose_name": "不合格品",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["occurred_on", "k"], name="nonconformi_occurre_8edfb9_idx"),
                    models.Index(fields=["state", "occurred_on", "k"], name="nonconformi_state_dd6946_idx"),
                    models.Index(fields=["product", "state"], name="nonconformi_product_f01952_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="nonconformity_nonconformity_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
    ]
