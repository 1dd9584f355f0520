import django.db.models.deletion
from django.db import migrations, models

import zhicheng.core.fields


class Migration(migrations.Migration):
    replaces = [
        ("supplier", "0001_initial"),
        ("supplier", "0002_sampling"),
    ]

    initial = True

    dependencies = [
        ("core", "0001_squashed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Item",
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
                ("code", models.CharField(max_length=40, unique=True, verbose_name="物料代码")),
                ("name", models.CharField(max_length=120, verbose_name="物料名称")),
                (
                    "purchase_kind",
                    models.CharField(
                        choices=[
                            ("raw_material", "原材料"),
                            ("outside_processing", "外协件"),
                            ("bought_part", "外购件"),
                        ],
                        max_length=20,
                        verbose_name="采购类别",
                    ),
                ),
                (
                    "risk_class",
                    models.CharField(
                        choices=[("A", "A"), ("B", "B"), ("C", "C")],
                        max_length=1,
                        verbose_name="物料风险类别",
                    ),
                ),
                ("unit", models.CharField(default="件", max_length=10, verbose_name="计量单位")),
                (
                    "ruling",
                    models.CharField(
                        choices=[("every_lot", "批批检验"), ("every_unit", "全检")],
                        default="every_lot",
                        max_length=20,
                        verbose_name="检验方式",
                    ),
                ),
                (
                    "aql",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("0.010", "0.010"),
                            ("0.015", "0.015"),
                            ("0.025", "0.025"),
                            ("0.040", "0.040"),
                            ("0.065", "0.065"),
                            ("0.10", "0.10"),
                            ("0.15", "0.15"),
                            ("0.25", "0.25"),
                            ("0.40", "0.40"),
                            ("0.65", "0.65"),
                            ("1.0", "1.0"),
                            ("1.5", "1.5"),
                            ("2.5", "2.5"),
                            ("4.0", "4.0"),
                            ("6.5", "6.5"),
                            ("10", "10"),
                            ("15", "15"),
                            ("25", "25"),
                            ("40", "40"),
                            ("65", "65"),
                            ("100", "100"),
                            ("150", "150"),
                            ("250", "250"),
                            ("400", "400"),
                            ("650", "650"),
                            ("1000", "1000"),
                        ],
                        max_length=8,
                        verbose_name="AQL",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("S-1", "S-1"),
                            ("S-2", "S-2"),
                            ("S-3", "S-3"),
                            ("S-4", "S-4"),
                            ("I", "I"),
                            ("II", "II"),
                            ("III", "III"),
                        ],
                        default="II",
                        max_length=4,
                        verbose_name="检验水平",
                    ),
                ),
                (
                    "plan_type",
                    models.CharField(
                        choices=[("single", "一次抽样"), ("double", "二次抽样"), ("multiple", "多次抽样")],
                        default="single",
                        max_length=10,
                        verbose_name="抽样类型",
                    ),
                ),
                (
                    "characteristics",
                    zhicheng.core.fields.RowsField(blank=True, default=list, verbose_name="检验特性"),
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
                "verbose_name": "物料",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="supplier_item_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Supplier",
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
                ("name", models.CharField(max_length=120, unique=True, verbose_name="供方名称")),
                (
                    "grade",
                    models.CharField(
                        blank=True,
                        choices=[("A", "A"), ("B", "B"), ("C", "C")],
                        max_length=1,
                        verbose_name="供方等级",
                    ),
                ),
                (
                    "risk_class",
                    models.CharField(
                        choices=[("A", "A"), ("B", "B"), ("C", "C")],
                        default="B",
                        max_length=1,
                        verbose_name="所供物料类别",
                    ),
                ),
                ("qualified_until", models.DateField(blank=True, null=True, verbose_name="资质有效期至")),
                ("audited_on", models.DateField(blank=True, null=True, verbose_name="现场审核日期")),
                ("risk_analysis", models.TextField(blank=True, verbose_name="风险分析")),
                ("outsourcing", models.BooleanField(default=False, verbose_name="外协供方")),
                ("agreement_on", models.DateField(blank=True, null=True, verbose_name="阳光协议签署日期")),
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
                "verbose_name": "供方",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="supplier_supplier_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
    ]
