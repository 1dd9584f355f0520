import django.db.models.deletion
from django.db import migrations, models

import zhicheng.core.fields


class Migration(migrations.Migration):
    replaces = [
        ("inspection", "0001_initial"),
        ("inspection", "0002_returned"),
        ("inspection", "0003_sampling_plan"),
        ("inspection", "0004_skip_lot"),
        ("inspection", "0005_defects"),
    ]

    initial = True

    dependencies = [
        ("core", "0001_squashed"),
        ("nonconformity", "0001_squashed"),
        ("supplier", "0001_squashed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lot",
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
                ("document", models.CharField(db_index=True, max_length=40, verbose_name="ERP 单据号")),
                ("line", models.IntegerField(default=1, verbose_name="行号")),
                ("submission", models.IntegerField(default=1, editable=False, verbose_name="提交次数")),
                (
                    "purchase_kind",
                    models.CharField(
                        choices=[
                            ("raw_material", "原材料"),
                            ("outside_processing", "外协件"),
                            ("bought_part", "外购件"),
                        ],
                        editable=False,
                        max_length=20,
                        verbose_name="采购类别",
                    ),
                ),
                (
                    "risk_class",
                    models.CharField(
                        choices=[("A", "A"), ("B", "B"), ("C", "C")],
                        editable=False,
                        max_length=1,
                        verbose_name="物料风险类别",
                    ),
                ),
                ("quantity", zhicheng.core.fields.ScaledField(places=3, unit="", verbose_name="数量")),
                ("unit", models.CharField(blank=True, max_length=10, verbose_name="单位")),
                (
                    "sample_size",
                    zhicheng.core.fields.ScaledField(
                        blank=True, null=True, places=3, unit="", verbose_name="检验数量"
                    ),
                ),
                (
                    "nonconforming",
                    zhicheng.core.fields.ScaledField(
                        blank=True, null=True, places=3, unit="", verbose_name="不合格数量"
                    ),
                ),
                (
                    "defects",
                    models.IntegerField(
                        blank=True,
                        help_text="检验的各件上发现的缺陷总数，一件可有几处；用于 u 图，可不填。",
                        null=True,
                        verbose_name="缺陷数",
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        blank=True,
                        choices=[("normal", "正常检验"), ("tightened", "加严检验"), ("reduced", "放宽检验")],
                        editable=False,
                        max_length=12,
                        verbose_name="检验严格度",
                    ),
                ),
                ("aql", models.CharField(blank=True, editable=False, max_length=8, verbose_name="AQL")),
                (
                    "plan",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="抽样方案"),
                ),
                (
                    "plan_basis",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="方案依据"),
                ),
                (
                    "plan_stages",
                    zhicheng.core.fields.RowsField(
                        blank=True, default=list, editable=False, verbose_name="各样本"
                    ),
                ),
                (
                    "skip",
                    models.CharField(
                        blank=True,
                        choices=[("inspect", "本批检验"), ("skip", "本批免检（跳批）")],
                        editable=False,
                        max_length=8,
                        verbose_name="跳批抽取",
                    ),
                ),
                (
                    "skip_basis",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="跳批依据"),
                ),
                (
                    "samples",
                    zhicheng.core.fields.RowsField(blank=True, default=list, verbose_name="各样本结果"),
                ),
                (
                    "measurements",
                    zhicheng.core.fields.RowsField(blank=True, default=list, verbose_name="测量值"),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("accepted", "接收"), ("rejected", "不接收")],
                        max_length=20,
                        verbose_name="检验结论",
                    ),
                ),
                (
                    "first_verdict",
                    models.CharField(
                        blank=True,
                        choices=[("accepted", "接收"), ("rejected", "不接收")],
                        editable=False,
                        max_length=20,
                        null=True,
                        verbose_name="首次检验结论",
                    ),
                ),
                (
                    "judged_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="检验日期"),
                ),
                (
                    "judged_at_once",
                    models.BooleanField(default=False, editable=False, verbose_name="登记即判定"),
                ),
                ("defect_code", models.CharField(blank=True, max_length=30, verbose_name="缺陷代码")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="备注")),
                ("vetoed", models.BooleanField(default=False, editable=False, verbose_name="一票否决")),
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
                    "inspector",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.person",
                        verbose_name="检验员",
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
                    "nonconformity",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="nonconformity.nonconformity",
                        verbose_name="不合格品",
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
                "verbose_name": "进货检验批",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["occurred_on", "k"], name="inspection__occurre_eb0c42_idx"),
                    models.Index(fields=["state", "occurred_on", "k"], name="inspection__state_c26b53_idx"),
                    models.Index(
                        fields=["purchase_kind", "state", "occurred_on", "k"],
                        name="inspection__purchas_824909_idx",
                    ),
                    models.Index(
                        fields=["verdict", "occurred_on", "k"], name="inspection__verdict_4fc7a5_idx"
                    ),
                    models.Index(
                        fields=["provenance", "occurred_on", "k"], name="inspection__provena_4b2f20_idx"
                    ),
                    models.Index(
                        fields=["supplier", "occurred_on", "k"], name="inspection__supplie_6c03a1_idx"
                    ),
                    models.Index(
                        fields=["occurred_on", "purchase_kind", "state", "first_verdict", "submission"],
                        name="inspection__occurre_17265b_idx",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("business_key", "submission"), name="lot_submission")
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductType",
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
                ("code", models.CharField(max_length=40, unique=True, verbose_name="型号代码")),
                ("name", models.CharField(max_length=120, verbose_name="型号名称")),
                ("family", models.CharField(max_length=40, verbose_name="产品族")),
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
                "verbose_name": "产品型号",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="inspection_producttype_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Batch",
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
                ("product_type", models.CharField(editable=False, max_length=40, verbose_name="型号")),
                ("family", models.CharField(editable=False, max_length=40, verbose_name="产品族")),
                ("document", models.CharField(db_index=True, max_length=40, verbose_name="送检单号")),
                ("submission", models.IntegerField(default=1, editable=False, verbose_name="提交次数")),
                ("shift", models.CharField(blank=True, max_length=10, verbose_name="班次")),
                ("quantity", models.IntegerField(verbose_name="送检数量")),
                ("units", zhicheng.core.fields.RowsField(blank=True, default=list, verbose_name="逐台结果")),
                (
                    "returned",
                    zhicheng.core.fields.RowsField(blank=True, default=list, verbose_name="出厂后不合格"),
                ),
                ("presented", models.IntegerField(default=0, editable=False, verbose_name="首次检验数")),
                ("accepted_first", models.IntegerField(default=0, editable=False, verbose_name="一次合格数")),
                (
                    "rejected_first",
                    models.IntegerField(default=0, editable=False, verbose_name="一次不合格数"),
                ),
                (
                    "judged_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="检验日期"),
                ),
                (
                    "judged_at_once",
                    models.BooleanField(default=False, editable=False, verbose_name="登记即判定"),
                ),
                ("released_on", models.DateField(blank=True, null=True, verbose_name="放行日期")),
                (
                    "released",
                    models.IntegerField(blank=True, editable=False, null=True, verbose_name="放行数"),
                ),
                (
                    "released_conforming",
                    models.IntegerField(blank=True, editable=False, null=True, verbose_name="放行合格数"),
                ),
                ("vetoed", models.BooleanField(default=False, editable=False, verbose_name="一票否决")),
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
                    "inspector",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.person",
                        verbose_name="检验员",
                    ),
                ),
                (
                    "nonconformity",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="nonconformity.nonconformity",
                        verbose_name="不合格品",
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
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inspection.producttype",
                        verbose_name="产品型号",
                    ),
                ),
            ],
            options={
                "verbose_name": "成品送检批",
                "verbose_name_plural": "成品送检批",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["occurred_on", "k"], name="inspection__occurre_51b3bd_idx"),
                    models.Index(fields=["state", "occurred_on", "k"], name="inspection__state_2e39ff_idx"),
                    models.Index(fields=["family", "occurred_on", "k"], name="inspection__family_eb8ee6_idx"),
                    models.Index(
                        fields=["product_type", "occurred_on", "k"], name="inspection__product_a4b00a_idx"
                    ),
                    models.Index(fields=["released_on", "k"], name="inspection__release_7278e9_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("business_key", "submission"), name="batch_submission")
                ],
            },
        ),
        migrations.CreateModel(
            name="UrgentRelease",
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
                ("reason", models.TextField(verbose_name="放行理由")),
                ("quantity", zhicheng.core.fields.ScaledField(places=3, unit="", verbose_name="放行数量")),
                ("marking", models.TextField(verbose_name="标识与追溯办法")),
                ("follow_up", models.TextField(blank=True, verbose_name="闭环说明")),
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
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inspection.lot",
                        verbose_name="进货检验批",
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
                "verbose_name": "紧急放行",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="inspection_urgentrelease_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
    ]
