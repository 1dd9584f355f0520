import django.db.models.deletion
from django.db import migrations, models

import zhicheng.core.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_squashed"),
        ("report", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportReview",
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
                ("name", models.CharField(max_length=200, verbose_name="报告")),
                (
                    "report_date",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="报告日期"),
                ),
                (
                    "file",
                    zhicheng.core.fields.FileHashField(
                        blank=True, editable=False, max_length=64, verbose_name="报告文件哈希"
                    ),
                ),
                (
                    "file_name",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="文件名"),
                ),
                (
                    "result",
                    zhicheng.core.fields.FileHashField(
                        blank=True, editable=False, max_length=64, verbose_name="审查结果文件哈希"
                    ),
                ),
                (
                    "profile",
                    models.CharField(blank=True, editable=False, max_length=64, verbose_name="审查方案哈希"),
                ),
                (
                    "release",
                    models.CharField(blank=True, editable=False, max_length=20, verbose_name="软件版本"),
                ),
                ("errors", models.IntegerField(blank=True, editable=False, null=True, verbose_name="错误")),
                (
                    "questions",
                    models.IntegerField(blank=True, editable=False, null=True, verbose_name="疑问"),
                ),
                ("notes", models.IntegerField(blank=True, editable=False, null=True, verbose_name="提示")),
                (
                    "dismissed",
                    models.IntegerField(blank=True, editable=False, null=True, verbose_name="不计"),
                ),
                ("new", models.IntegerField(blank=True, editable=False, null=True, verbose_name="新出现")),
                ("mended", models.IntegerField(blank=True, editable=False, null=True, verbose_name="已改好")),
                (
                    "remaining",
                    models.IntegerField(blank=True, editable=False, null=True, verbose_name="仍在"),
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
                    "previous",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="review.reportreview",
                        verbose_name="上一版的审查",
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
                "verbose_name": "报告审查",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="review_reportreview_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Dismissal",
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
                ("rule", models.CharField(max_length=20, verbose_name="检查")),
                (
                    "severity",
                    models.CharField(
                        choices=[("error", "错误"), ("question", "疑问"), ("note", "提示")],
                        max_length=10,
                        verbose_name="程度",
                    ),
                ),
                ("section", models.CharField(blank=True, max_length=400, verbose_name="章节")),
                ("quote", models.CharField(blank=True, max_length=200, verbose_name="原文")),
                ("message", models.TextField(blank=True, verbose_name="问题")),
                ("fingerprint", models.CharField(max_length=32, verbose_name="指纹")),
                ("grounds", models.TextField(verbose_name="不计的理由")),
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
                    "report",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="report.report",
                        verbose_name="质量诚信报告",
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
                    "review",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="review.reportreview",
                        verbose_name="报告审查",
                    ),
                ),
            ],
            options={
                "verbose_name": "不计的问题",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["report", "fingerprint"], name="review_dism_report__13fcf1_idx"),
                    models.Index(fields=["review", "fingerprint"], name="review_dism_review__db3c55_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="review_dismissal_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
    ]
