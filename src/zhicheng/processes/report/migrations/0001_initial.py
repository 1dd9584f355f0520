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
            name="DeclaredFact",
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
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("subject", models.CharField(max_length=160, verbose_name="事项")),
                ("value", models.CharField(max_length=200, verbose_name="数值或陈述")),
                ("unit", models.CharField(blank=True, max_length=20, verbose_name="单位")),
                ("sample_size", models.IntegerField(blank=True, null=True, verbose_name="依据数量 n")),
                ("period_from", models.DateField(verbose_name="期间自")),
                ("period_to", models.DateField(verbose_name="期间至")),
                (
                    "evidence",
                    zhicheng.core.fields.FileHashField(
                        blank=True, editable=False, max_length=64, verbose_name="证据文件哈希"
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
                "verbose_name": "声明的事实",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="report_declaredfact_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Report",
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
                ("name", models.CharField(max_length=120, verbose_name="报告名称")),
                (
                    "house_style",
                    models.CharField(default="official_2013", max_length=40, verbose_name="体例"),
                ),
                (
                    "template",
                    zhicheng.core.fields.FileHashField(
                        blank=True, max_length=64, verbose_name="正文文件哈希"
                    ),
                ),
                ("period_from", models.DateField(verbose_name="报告期自")),
                ("period_to", models.DateField(verbose_name="报告期至")),
                ("edition", models.CharField(default="1", max_length=20, verbose_name="版次")),
                ("issued_on", models.DateField(blank=True, null=True, verbose_name="签发日期")),
                (
                    "a_size",
                    models.BigIntegerField(blank=True, editable=False, null=True, verbose_name="检查点条数"),
                ),
                (
                    "a_root",
                    models.CharField(blank=True, editable=False, max_length=64, verbose_name="检查点根"),
                ),
                ("pdf", models.CharField(blank=True, editable=False, max_length=64, verbose_name="PDF")),
                ("docx", models.CharField(blank=True, editable=False, max_length=64, verbose_name="DOCX")),
                ("html", models.CharField(blank=True, editable=False, max_length=64, verbose_name="HTML")),
                (
                    "report_json",
                    models.CharField(blank=True, editable=False, max_length=64, verbose_name="report.json"),
                ),
                (
                    "definitions",
                    models.CharField(
                        blank=True, editable=False, max_length=64, verbose_name="definitions.json"
                    ),
                ),
                (
                    "approvals",
                    zhicheng.core.fields.RowsField(
                        blank=True, default=list, editable=False, verbose_name="签署"
                    ),
                ),
                (
                    "opened_list",
                    zhicheng.core.fields.RowsField(blank=True, default=list, verbose_name="公开的事实"),
                ),
                (
                    "small_groups_accepted",
                    models.BooleanField(default=False, verbose_name="同意公开少于 5 条的分组"),
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
                (
                    "supersedes",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="report.report",
                        verbose_name="替代",
                    ),
                ),
            ],
            options={
                "verbose_name": "质量诚信报告",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="report_report_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
    ]
