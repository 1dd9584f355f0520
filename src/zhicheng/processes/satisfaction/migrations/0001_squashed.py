import django.db.models.deletion
from django.db import migrations, models

import zhicheng.core.fields


class Migration(migrations.Migration):
    replaces = [("satisfaction", "0001_initial"), ("satisfaction", "0002_sending")]

    initial = True

    dependencies = [
        ("core", "0001_squashed"),
        ("customer", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Invitation",
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
                    "stage",
                    models.CharField(
                        choices=[
                            ("before", "售前"),
                            ("during", "售中"),
                            ("after", "售后"),
                            ("yearly", "年度"),
                        ],
                        editable=False,
                        max_length=20,
                        verbose_name="阶段",
                    ),
                ),
                (
                    "service_class",
                    models.CharField(blank=True, editable=False, max_length=40, verbose_name="服务品类"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("direct", "直接顾客"), ("indirect", "间接顾客")],
                        editable=False,
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
                        editable=False,
                        max_length=20,
                        verbose_name="顾客分类",
                    ),
                ),
                (
                    "region",
                    models.CharField(
                        choices=[("home_province", "省内"), ("other_province", "省外"), ("abroad", "国外")],
                        editable=False,
                        max_length=20,
                        verbose_name="区域",
                    ),
                ),
                ("line", models.IntegerField(default=1, verbose_name="序号")),
                ("recipient", models.CharField(blank=True, max_length=60, verbose_name="受邀人")),
                (
                    "token",
                    models.CharField(editable=False, max_length=40, unique=True, verbose_name="链接口令"),
                ),
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
                "verbose_name": "调查邀请",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="satisfaction_invitation_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Survey",
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
                ("name", models.CharField(max_length=120, verbose_name="调查名称")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("before", "售前"),
                            ("during", "售中"),
                            ("after", "售后"),
                            ("yearly", "年度"),
                        ],
                        max_length=20,
                        verbose_name="阶段",
                    ),
                ),
                ("service_class", models.CharField(blank=True, max_length=40, verbose_name="服务品类")),
                (
                    "introduction",
                    models.CharField(
                        blank=True,
                        help_text="显示在答卷的开头：为什么问、多久能答完、答卷作什么用。",
                        max_length=400,
                        verbose_name="致顾客的话",
                    ),
                ),
                ("questions", zhicheng.core.fields.RowsField(blank=True, default=list, verbose_name="问题")),
                ("closes_on", models.DateField(verbose_name="截止日期")),
                (
                    "sending",
                    models.CharField(
                        blank=True,
                        choices=[("hand", "由我方发送"), ("mail", "由系统发邮件")],
                        default="hand",
                        help_text="由系统发邮件：每份邀请发到联系人的邮箱，截止前提醒一次；没有邮箱的仍由我方发送。",
                        max_length=10,
                        verbose_name="邀请方式",
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
                "verbose_name": "满意度调查",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="satisfaction_survey_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Response",
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
                    "stage",
                    models.CharField(
                        choices=[
                            ("before", "售前"),
                            ("during", "售中"),
                            ("after", "售后"),
                            ("yearly", "年度"),
                        ],
                        editable=False,
                        max_length=20,
                        verbose_name="阶段",
                    ),
                ),
                (
                    "service_class",
                    models.CharField(blank=True, editable=False, max_length=40, verbose_name="服务品类"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("direct", "直接顾客"), ("indirect", "间接顾客")],
                        editable=False,
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
                        editable=False,
                        max_length=20,
                        verbose_name="顾客分类",
                    ),
                ),
                (
                    "region",
                    models.CharField(
                        choices=[("home_province", "省内"), ("other_province", "省外"), ("abroad", "国外")],
                        editable=False,
                        max_length=20,
                        verbose_name="区域",
                    ),
                ),
                ("answers", zhicheng.core.fields.RowsField(blank=True, default=list, verbose_name="答案")),
                ("comment", models.CharField(blank=True, max_length=1000, verbose_name="意见与建议")),
                ("respondent", models.CharField(blank=True, max_length=60, verbose_name="填写人")),
                ("recorded", models.BooleanField(default=False, editable=False, verbose_name="由我方记录")),
                ("follow_up", models.TextField(blank=True, verbose_name="回访与改进")),
                (
                    "score",
                    zhicheng.core.fields.ScaledField(
                        editable=False, places=2, unit="", verbose_name="满意度"
                    ),
                ),
                (
                    "quality",
                    zhicheng.core.fields.ScaledField(
                        blank=True, editable=False, null=True, places=2, unit="", verbose_name="质量"
                    ),
                ),
                (
                    "price",
                    zhicheng.core.fields.ScaledField(
                        blank=True, editable=False, null=True, places=2, unit="", verbose_name="价格"
                    ),
                ),
                (
                    "technology",
                    zhicheng.core.fields.ScaledField(
                        blank=True, editable=False, null=True, places=2, unit="", verbose_name="技术"
                    ),
                ),
                (
                    "service",
                    zhicheng.core.fields.ScaledField(
                        blank=True, editable=False, null=True, places=2, unit="", verbose_name="服务"
                    ),
                ),
                (
                    "delivery",
                    zhicheng.core.fields.ScaledField(
                        blank=True, editable=False, null=True, places=2, unit="", verbose_name="交期"
                    ),
                ),
                (
                    "brand",
                    zhicheng.core.fields.ScaledField(
                        blank=True, editable=False, null=True, places=2, unit="", verbose_name="品牌"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        editable=False,
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
                    "invitation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="satisfaction.invitation",
                        verbose_name="调查邀请",
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
                    "survey",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="satisfaction.survey",
                        verbose_name="满意度调查",
                    ),
                ),
            ],
            options={
                "verbose_name": "调查答卷",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["occurred_on", "k"], name="satisfactio_occurre_e863da_idx"),
                    models.Index(fields=["stage", "occurred_on", "k"], name="satisfactio_stage_c7422f_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="satisfaction_response_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="invitation",
            name="survey",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="satisfaction.survey",
                verbose_name="满意度调查",
            ),
        ),
        migrations.CreateModel(
            name="Evaluation",
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
                ("year", models.IntegerField(verbose_name="年度")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("all", "全部阶段"),
                            ("before", "售前"),
                            ("during", "售中"),
                            ("after", "售后"),
                            ("yearly", "年度"),
                        ],
                        default="all",
                        max_length=20,
                        verbose_name="阶段",
                    ),
                ),
                (
                    "months",
                    zhicheng.core.fields.RowsField(
                        blank=True, default=list, editable=False, verbose_name="各月"
                    ),
                ),
                (
                    "trend",
                    zhicheng.core.fields.RowsField(
                        blank=True, default=list, editable=False, verbose_name="三年趋势"
                    ),
                ),
                (
                    "month_floor",
                    zhicheng.core.fields.ScaledField(
                        editable=False, places=2, unit="", verbose_name="月度满意度下限"
                    ),
                ),
                (
                    "year_target",
                    zhicheng.core.fields.ScaledField(
                        editable=False, places=2, unit="", verbose_name="年度满意度目标"
                    ),
                ),
                ("basis", models.CharField(editable=False, max_length=120, verbose_name="参数版本")),
                ("invited", models.IntegerField(editable=False, verbose_name="邀请")),
                ("answered", models.IntegerField(editable=False, verbose_name="已答复")),
                (
                    "rate",
                    zhicheng.core.fields.ScaledField(
                        editable=False, null=True, places=2, unit="%", verbose_name="答复率"
                    ),
                ),
                ("responses", models.IntegerField(editable=False, verbose_name="收到答卷")),
                (
                    "mean",
                    zhicheng.core.fields.ScaledField(
                        editable=False, null=True, places=2, unit="", verbose_name="年度满意度"
                    ),
                ),
                (
                    "months_met",
                    models.CharField(
                        choices=[("yes", "达标"), ("no", "不达标"), ("none", "没有答卷")],
                        editable=False,
                        max_length=5,
                        verbose_name="每月达标",
                    ),
                ),
                (
                    "year_met",
                    models.CharField(
                        choices=[("yes", "达标"), ("no", "不达标"), ("none", "没有答卷")],
                        editable=False,
                        max_length=5,
                        verbose_name="全年达标",
                    ),
                ),
                ("verdict", models.CharField(editable=False, max_length=300, verbose_name="评价")),
                ("analysis", models.TextField(blank=True, verbose_name="分析与改进")),
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
                "verbose_name": "满意度评价",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="satisfaction_evaluation_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(fields=["survey", "k"], name="satisfactio_survey__dc677a_idx"),
        ),
    ]
