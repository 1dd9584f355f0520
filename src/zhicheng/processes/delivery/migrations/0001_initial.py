import django.db.models.deletion
from django.db import migrations, models

import zhicheng.core.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_squashed"),
        ("customer", "0001_initial"),
        ("inspection", "0001_squashed"),
    ]

    operations = [
        migrations.CreateModel(
            name="SerialsRead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seq", models.BigIntegerField(default=-1)),
            ],
            options={
                "verbose_name": "出厂编号",
            },
        ),
        migrations.CreateModel(
            name="Shipment",
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
                ("document", models.CharField(max_length=40, verbose_name="发货单号")),
                ("line", models.IntegerField(default=1, verbose_name="行号")),
                ("batch", models.CharField(blank=True, max_length=60, verbose_name="批号")),
                ("quantity", zhicheng.core.fields.ScaledField(places=3, unit="", verbose_name="数量")),
                ("unit", models.CharField(default="台", max_length=10, verbose_name="单位")),
                (
                    "serial_numbers",
                    zhicheng.core.fields.RowsField(blank=True, default=list, verbose_name="出厂编号"),
                ),
                (
                    "terms",
                    zhicheng.core.fields.RowsField(blank=True, default=list, verbose_name="合同约定的三包"),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="备注")),
                (
                    "region",
                    models.CharField(
                        choices=[("home_province", "省内"), ("other_province", "省外"), ("abroad", "国外")],
                        editable=False,
                        max_length=20,
                        verbose_name="区域",
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
                        editable=False,
                        max_length=20,
                        verbose_name="顾客分类",
                    ),
                ),
                ("product_type", models.CharField(editable=False, max_length=40, verbose_name="型号")),
                ("family", models.CharField(editable=False, max_length=40, verbose_name="产品族")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customer.customer",
                        verbose_name="顾客",
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
                    "product",
                    models.ForeignKey(
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
                "verbose_name": "发货",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["occurred_on", "k"], name="delivery_sh_occurre_e94046_idx"),
                    models.Index(fields=["batch", "k"], name="delivery_sh_batch_8768f4_idx"),
                    models.Index(fields=["document"], name="delivery_sh_documen_b19ff5_idx"),
                    models.Index(
                        fields=["customer", "occurred_on", "k"], name="delivery_sh_custome_9c5166_idx"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="delivery_shipment_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SerialRange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("prefix", models.CharField(max_length=40)),
                ("width", models.IntegerField()),
                ("level", models.IntegerField()),
                ("low", models.BigIntegerField()),
                ("high", models.BigIntegerField()),
                (
                    "shipment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="delivery.shipment"
                    ),
                ),
            ],
            options={
                "verbose_name": "出厂编号",
                "indexes": [
                    models.Index(
                        fields=["prefix", "width", "level", "low"], name="delivery_se_prefix_452c47_idx"
                    )
                ],
            },
        ),
    ]
