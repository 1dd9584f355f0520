import django.db.models.deletion
from django.db import migrations, models

import zhicheng.core.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_squashed"),
        ("customer", "0001_initial"),
        ("delivery", "0001_initial"),
        ("inspection", "0001_squashed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Claim",
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
                ("serial", models.CharField(db_index=True, max_length=40, verbose_name="出厂编号")),
                ("shipped_on", models.DateField(blank=True, null=True, verbose_name="发货日期")),
                ("proof_of_purchase", models.CharField(blank=True, max_length=200, verbose_name="购买凭证")),
                ("subject", models.CharField(blank=True, editable=False, max_length=80, verbose_name="投诉")),
                ("subject_number", models.CharField(blank=True, max_length=60, verbose_name="投诉编号")),
                ("fault", models.TextField(verbose_name="故障描述")),
                ("consumer", models.BooleanField(default=False, verbose_name="消费者购买")),
                ("listed", models.BooleanField(default=False, verbose_name="国家三包目录内")),
                (
                    "installed",
                    models.CharField(
                        blank=True, choices=[("yes", "是"), ("no", "否")], max_length=5, verbose_name="已安装"
                    ),
                ),
                (
                    "repairable",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "是"), ("no", "否")],
                        max_length=5,
                        verbose_name="能修复合格",
                    ),
                ),
                ("repairs", models.IntegerField(default=0, verbose_name="已修理次数")),
                (
                    "third_party",
                    models.CharField(
                        blank=True,
                        choices=[("conforming", "合格"), ("nonconforming", "不合格")],
                        max_length=20,
                        verbose_name="第三方判定",
                    ),
                ),
                (
                    "third_party_report",
                    models.CharField(blank=True, max_length=200, verbose_name="第三方机构与报告编号"),
                ),
                (
                    "exclusion",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("misuse", "安装不当或使用不当"),
                            ("human_damage", "人为因素"),
                            ("disaster", "自然灾害或意外灾害"),
                            ("contamination", "管道沾污或气质沾污"),
                        ],
                        max_length=20,
                        verbose_name="除外情形",
                    ),
                ),
                ("exclusion_evidence", models.TextField(blank=True, verbose_name="除外证据")),
                (
                    "proposal",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("refund", "退货"),
                            ("replacement", "更换"),
                            ("repair", "免费维修"),
                            ("paid", "有偿服务"),
                        ],
                        editable=False,
                        max_length=20,
                        verbose_name="应予",
                    ),
                ),
                (
                    "proposal_reason",
                    models.CharField(blank=True, editable=False, max_length=600, verbose_name="判定说明"),
                ),
                (
                    "proposal_clause",
                    models.CharField(blank=True, editable=False, max_length=240, verbose_name="依据条款"),
                ),
                (
                    "proposed_until",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="期限至"),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("refund", "退货"),
                            ("replacement", "更换"),
                            ("repair", "免费维修"),
                            ("paid", "有偿服务"),
                        ],
                        max_length=20,
                        verbose_name="决定",
                    ),
                ),
                ("decision_reason", models.CharField(blank=True, max_length=300, verbose_name="决定理由")),
                ("work_done", models.TextField(blank=True, verbose_name="执行情况")),
                ("new_serial", models.CharField(blank=True, max_length=40, verbose_name="更换后的出厂编号")),
                (
                    "cost",
                    zhicheng.core.fields.ScaledField(
                        blank=True, null=True, places=2, unit="元", verbose_name="费用"
                    ),
                ),
                ("customer_answer", models.TextField(blank=True, verbose_name="顾客确认")),
                (
                    "region",
                    models.CharField(
                        blank=True,
                        choices=[("home_province", "省内"), ("other_province", "省外"), ("abroad", "国外")],
                        editable=False,
                        max_length=20,
                        verbose_name="区域",
                    ),
                ),
                (
                    "family",
                    models.CharField(blank=True, editable=False, max_length=40, verbose_name="产品族"),
                ),
                (
                    "product_type",
                    models.CharField(blank=True, editable=False, max_length=40, verbose_name="型号"),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inspection.producttype",
                        verbose_name="产品型号",
                    ),
                ),
                (
                    "shipment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="delivery.shipment",
                        verbose_name="发货",
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
                "verbose_name": "三包",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["occurred_on", "k"], name="warranty_cl_occurre_e73ecb_idx"),
                    models.Index(fields=["state", "occurred_on", "k"], name="warranty_cl_state_813773_idx"),
                    models.Index(fields=["subject"], name="warranty_cl_subject_49c270_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="warranty_claim_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Term",
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
                        choices=[("refund", "包退"), ("replacement", "包换"), ("repair", "保修")],
                        max_length=20,
                        verbose_name="三包",
                    ),
                ),
                ("length", models.IntegerField(verbose_name="期限")),
                (
                    "unit",
                    models.CharField(
                        choices=[("day", "天"), ("month", "个月"), ("year", "年")],
                        max_length=10,
                        verbose_name="单位",
                    ),
                ),
                (
                    "condition",
                    models.CharField(
                        choices=[
                            ("none", "质量问题即可"),
                            ("unrepairable", "无法修复合格（未安装的由第三方判定）"),
                            ("two_repairs", "修理两次仍不能正常使用"),
                        ],
                        default="none",
                        max_length=20,
                        verbose_name="条件",
                    ),
                ),
                ("family", models.CharField(blank=True, max_length=40, verbose_name="产品族")),
                ("clause", models.CharField(max_length=200, verbose_name="条款出处")),
                ("wording", models.CharField(blank=True, max_length=400, verbose_name="条款原文")),
                ("until", models.DateField(blank=True, null=True, verbose_name="截止日期")),
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
                "verbose_name": "三包承诺",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="warranty_term_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
    ]
