import django.db.models.deletion
from django.db import migrations, models

import zhicheng.core.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_squashed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Office",
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
                ("name", models.CharField(max_length=120, verbose_name="网点名称")),
                (
                    "region",
                    models.CharField(
                        choices=[("home_province", "省内"), ("other_province", "省外"), ("abroad", "国外")],
                        max_length=20,
                        verbose_name="区域",
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="地址")),
                ("hotline", models.CharField(max_length=60, verbose_name="服务热线")),
                ("hours", models.CharField(blank=True, max_length=60, verbose_name="服务时间")),
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
                "verbose_name": "服务网点",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="customer_office_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Customer",
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
                ("name", models.CharField(max_length=120, verbose_name="顾客名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[("direct", "直接顾客"), ("indirect", "间接顾客")],
                        default="direct",
                        max_length=20,
                        verbose_name="顾客性质",
                    ),
                ),
                (
                    "customer_class",
                    models.CharField(
                        choices=[
                            ("strategic", "战略客户"),
                            ("important", "重要客户"),
                            ("general", "一般客户"),
                            ("potential", "潜在客户"),
                        ],
                        default="general",
                        max_length=20,
                        verbose_name="顾客分类",
                    ),
                ),
                (
                    "assessment",
                    zhicheng.core.fields.RowsField(blank=True, default=list, verbose_name="分类评定"),
                ),
                (
                    "region",
                    models.CharField(
                        choices=[("home_province", "省内"), ("other_province", "省外"), ("abroad", "国外")],
                        max_length=20,
                        verbose_name="区域",
                    ),
                ),
                ("product_segment", models.CharField(blank=True, max_length=60, verbose_name="产品特性细分")),
                ("sales_channel", models.CharField(blank=True, max_length=60, verbose_name="销售渠道")),
                ("contacts", zhicheng.core.fields.RowsField(blank=True, default=list, verbose_name="联系人")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="备注")),
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
                    "office",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customer.office",
                        verbose_name="服务网点",
                    ),
                ),
            ],
            options={
                "verbose_name": "顾客",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["name"], name="customer_cu_name_600631_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="customer_customer_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
    ]
