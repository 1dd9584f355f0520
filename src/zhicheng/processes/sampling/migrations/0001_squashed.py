import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("sampling", "0001_initial"),
        ("sampling", "0002_skip_lot"),
    ]

    initial = True

    dependencies = [
        ("core", "0001_squashed"),
        ("supplier", "0001_squashed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Series",
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
                ("aql", models.CharField(max_length=8, verbose_name="AQL")),
                ("level", models.CharField(max_length=4, verbose_name="检验水平")),
                (
                    "plan_type",
                    models.CharField(
                        choices=[("single", "一次抽样"), ("double", "二次抽样"), ("multiple", "多次抽样")],
                        max_length=10,
                        verbose_name="抽样类型",
                    ),
                ),
                ("score", models.IntegerField(default=0, editable=False, verbose_name="转移得分")),
                (
                    "recent",
                    models.CharField(blank=True, editable=False, max_length=20, verbose_name="近几批结果"),
                ),
                (
                    "accepted_in_a_row",
                    models.IntegerField(default=0, editable=False, verbose_name="加严时连续接收批数"),
                ),
                (
                    "not_accepted",
                    models.IntegerField(default=0, editable=False, verbose_name="加严时累计不接收批数"),
                ),
                ("steady", models.BooleanField(default=True, editable=False, verbose_name="生产稳定")),
                (
                    "reduced_approved",
                    models.BooleanField(default=False, editable=False, verbose_name="同意放宽检验"),
                ),
                ("lots", models.IntegerField(default=0, editable=False, verbose_name="已计批数")),
                ("lot", models.CharField(blank=True, editable=False, max_length=40, verbose_name="最近一批")),
                ("lot_size", models.IntegerField(blank=True, editable=False, null=True, verbose_name="批量")),
                (
                    "counts",
                    models.CharField(
                        blank=True, editable=False, max_length=60, verbose_name="各样本不合格数"
                    ),
                ),
                ("original", models.BooleanField(default=True, editable=False, verbose_name="初次提交")),
                (
                    "clause",
                    models.CharField(blank=True, editable=False, max_length=20, verbose_name="所用条款"),
                ),
                (
                    "explanation",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="转移说明"),
                ),
                (
                    "skipping",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("lot_by_lot", "积累资格，批批检验"),
                            ("skip_lot", "跳批"),
                            ("interrupted", "已中断，批批检验"),
                        ],
                        editable=False,
                        max_length=12,
                        verbose_name="跳批检验",
                    ),
                ),
                ("supplier_basis", models.TextField(blank=True, verbose_name="供方资格认定依据")),
                ("product_basis", models.TextField(blank=True, verbose_name="产品资格认定依据")),
                ("frequency", models.IntegerField(default=1, editable=False, verbose_name="几批检一批")),
                (
                    "skip_accepted",
                    models.IntegerField(default=0, editable=False, verbose_name="跳批规则下连续接收批数"),
                ),
                ("position", models.IntegerField(default=0, editable=False, verbose_name="此频率下已到批数")),
                (
                    "draw_entry",
                    models.BigIntegerField(
                        blank=True, editable=False, null=True, verbose_name="抽取依据的日志条目"
                    ),
                ),
                (
                    "drawn_for",
                    models.CharField(
                        blank=True, editable=False, max_length=60, verbose_name="最近抽取的来货"
                    ),
                ),
                (
                    "drawn",
                    models.CharField(
                        blank=True,
                        choices=[("inspect", "本批检验"), ("skip", "本批免检（跳批）")],
                        editable=False,
                        max_length=8,
                        verbose_name="抽取结果",
                    ),
                ),
                (
                    "skip_explanation",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="跳批说明"),
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
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="supplier.supplier",
                        verbose_name="供方",
                    ),
                ),
            ],
            options={
                "verbose_name": "抽样转移",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="sampling_series_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
    ]
