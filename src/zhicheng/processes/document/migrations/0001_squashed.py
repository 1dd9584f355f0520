"""Where grams are looked up: an FTS5 table of SQLite, an array with a GIN index of PostgreSQL."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import zhicheng.core.fields

MAKE = {
    "sqlite": [
        "CREATE VIRTUAL TABLE document_grams USING fts5(grams, content='', detail=none, tokenize='ascii')"
    ],
    "postgresql": [
        "ALTER TABLE document_paragraph ADD COLUMN grams text[]",
        "CREATE INDEX document_paragraph_grams ON document_paragraph USING gin (grams)",
    ],
}
UNMAKE = {
    "sqlite": ["DROP TABLE document_grams"],
    "postgresql": ["ALTER TABLE document_paragraph DROP COLUMN grams"],
}


def make(apps: Any, editor: Any) -> None:
    for statement in MAKE[editor.connection.vendor]:
        editor.execute(statement)


def unmake(apps: Any, editor: Any) -> None:
    for statement in UNMAKE[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    replaces = [("document", "0001_initial"), ("document", "0002_full_text")]

    initial = True

    dependencies = [
        ("core", "0001_squashed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Document",
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
                    "code",
                    models.CharField(
                        blank=True,
                        help_text="留空则按参数“文件编号规则”取下一个。",
                        max_length=60,
                        verbose_name="文件编号",
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="文件名称")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("manual", "手册"),
                            ("procedure", "程序文件"),
                            ("instruction", "作业指导书"),
                            ("form", "表单"),
                            ("external", "外来文件"),
                        ],
                        max_length=20,
                        verbose_name="文件层级",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        help_text="手册的部分，如总纲、预案机制及制度。",
                        max_length=60,
                        verbose_name="类别",
                    ),
                ),
                ("place", models.IntegerField(blank=True, null=True, verbose_name="目录序号")),
                ("scope", models.TextField(blank=True, verbose_name="适用范围")),
                ("interpreter", models.CharField(blank=True, max_length=80, verbose_name="解释权")),
                ("for_audits", models.BooleanField(default=False, verbose_name="可用于第二方、第三方审核")),
                (
                    "edition",
                    models.CharField(blank=True, editable=False, max_length=12, verbose_name="现行版次"),
                ),
                (
                    "edition_version",
                    models.CharField(blank=True, editable=False, max_length=12, verbose_name="现行版本号"),
                ),
                (
                    "effective_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="生效日期"),
                ),
                (
                    "reviewed_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="最近审视日期"),
                ),
                (
                    "review_due_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="下次审视期限"),
                ),
                (
                    "confirmed_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="最近确认日期"),
                ),
                (
                    "copies_out",
                    models.IntegerField(default=0, editable=False, verbose_name="未收回的旧版受控份数"),
                ),
                ("controlled", models.BooleanField(default=False, editable=False, verbose_name="受控")),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[("keep", "继续有效"), ("revise", "修订"), ("withdraw", "建议作废")],
                        max_length=20,
                        verbose_name="审视结论",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="审视说明")),
                (
                    "reviews",
                    zhicheng.core.fields.RowsField(
                        blank=True, default=list, editable=False, verbose_name="年度审视"
                    ),
                ),
                (
                    "audience",
                    zhicheng.core.fields.RowsField(
                        blank=True,
                        default=list,
                        help_text="留空则为归口部门；没有归口部门的为全体人员。",
                        verbose_name="须阅读的部门",
                    ),
                ),
                (
                    "clauses",
                    zhicheng.core.fields.RowsField(
                        blank=True,
                        default=list,
                        help_text="文件的每一条由哪一种记录的哪一步落实；步骤留空表示登记。",
                        verbose_name="条款、步骤与记录",
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
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="document.document",
                        verbose_name="替代文件",
                    ),
                ),
            ],
            options={
                "verbose_name": "文件",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["code"], name="document_do_code_7c5ea1_idx"),
                    models.Index(fields=["state", "review_due_on"], name="document_do_state_a9979e_idx"),
                    models.Index(fields=["confirmed_on", "k"], name="document_do_confirm_925e93_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="document_document_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Edition",
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
                    "code",
                    models.CharField(blank=True, editable=False, max_length=60, verbose_name="文件编号"),
                ),
                (
                    "name",
                    models.CharField(blank=True, editable=False, max_length=160, verbose_name="文件名称"),
                ),
                (
                    "edition",
                    models.CharField(
                        blank=True, help_text="由程序按规则编排，如 A/2。", max_length=12, verbose_name="版次"
                    ),
                ),
                (
                    "edition_version",
                    models.CharField(blank=True, editable=False, max_length=12, verbose_name="版本号"),
                ),
                ("major", models.IntegerField(default=1, editable=False, verbose_name="大版本号")),
                ("minor", models.IntegerField(default=0, editable=False, verbose_name="小版本号")),
                ("summary", models.TextField(verbose_name="修订说明")),
                (
                    "changes",
                    zhicheng.core.fields.RowsField(
                        blank=True,
                        default=list,
                        help_text="每个流程一行；据此建议大版本或小版本。",
                        verbose_name="涉及的流程",
                    ),
                ),
                ("whole", models.BooleanField(default=False, verbose_name="整体流程变动")),
                ("customer_system", models.BooleanField(default=False, verbose_name="顾客 IT 系统切换")),
                ("yearly_review", models.BooleanField(default=False, verbose_name="来自年度审视")),
                (
                    "proposed",
                    models.CharField(
                        blank=True,
                        choices=[("first", "首版"), ("major", "大版本"), ("minor", "小版本")],
                        editable=False,
                        max_length=10,
                        verbose_name="建议",
                    ),
                ),
                (
                    "proposed_why",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="建议的理由"),
                ),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[("first", "首版"), ("major", "大版本"), ("minor", "小版本")],
                        max_length=10,
                        verbose_name="版本类型",
                    ),
                ),
                (
                    "present",
                    zhicheng.core.fields.RowsField(
                        blank=True,
                        default=list,
                        help_text="大版本须写明所有区域质量经理。",
                        verbose_name="到场人员",
                    ),
                ),
                (
                    "text",
                    zhicheng.core.fields.PastedField(
                        blank=True,
                        help_text="用 Markdown 写，可有表格和图片（![说明](附件名)）；或在下面上传文件，二者取一。",
                        verbose_name="文件正文",
                    ),
                ),
                (
                    "source",
                    zhicheng.core.fields.FileHashField(
                        blank=True, help_text=".md、.docx 或 .pdf。", max_length=64, verbose_name="正文文件"
                    ),
                ),
                (
                    "source_name",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="正文文件名"),
                ),
                (
                    "plain",
                    zhicheng.core.fields.FileHashField(
                        blank=True, editable=False, max_length=64, verbose_name="提取的文字"
                    ),
                ),
                (
                    "countersigns",
                    zhicheng.core.fields.RowsField(
                        blank=True,
                        default=list,
                        help_text="写明须会签的部门；由该部门的人办理会签，不在此填写姓名。",
                        verbose_name="会签",
                    ),
                ),
                (
                    "compiled_by",
                    models.CharField(blank=True, editable=False, max_length=60, verbose_name="编制"),
                ),
                (
                    "compiled_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="编制日期"),
                ),
                (
                    "approvals",
                    zhicheng.core.fields.RowsField(
                        blank=True, default=list, editable=False, verbose_name="签署"
                    ),
                ),
                (
                    "order_number",
                    models.CharField(
                        blank=True,
                        help_text="留空则按参数“实施令编号规则”取下一个。",
                        max_length=60,
                        verbose_name="实施令编号",
                    ),
                ),
                (
                    "signatory",
                    models.CharField(blank=True, editable=False, max_length=60, verbose_name="签发人"),
                ),
                (
                    "issued_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="颁布日期"),
                ),
                ("effective_on", models.DateField(blank=True, null=True, verbose_name="生效日期")),
                (
                    "ended_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="失效日期"),
                ),
                (
                    "pdf",
                    zhicheng.core.fields.FileHashField(
                        blank=True, editable=False, max_length=64, verbose_name="PDF"
                    ),
                ),
                (
                    "docx",
                    zhicheng.core.fields.FileHashField(
                        blank=True, editable=False, max_length=64, verbose_name="DOCX"
                    ),
                ),
                ("copies", zhicheng.core.fields.RowsField(blank=True, default=list, verbose_name="分发")),
                (
                    "questions",
                    zhicheng.core.fields.RowsField(blank=True, default=list, verbose_name="测试题"),
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
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="document.document",
                        verbose_name="文件",
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
                "verbose_name": "文件版本",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["document", "major", "minor"], name="document_ed_documen_7dacde_idx"
                    ),
                    models.Index(fields=["state", "effective_on"], name="document_ed_state_b9d98f_idx"),
                    models.Index(fields=["effective_on", "k"], name="document_ed_effecti_eaf2f6_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="document_edition_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Paragraph",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("document", models.BigIntegerField()),
                ("first", models.IntegerField()),
                ("last", models.IntegerField(null=True)),
                ("heading", models.CharField(blank=True, max_length=200)),
                ("text", models.TextField()),
            ],
            options={
                "indexes": [models.Index(fields=["document", "last"], name="document_pa_documen_9faaef_idx")],
            },
        ),
        migrations.CreateModel(
            name="Reading",
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
                ("answers", zhicheng.core.fields.RowsField(blank=True, default=list, verbose_name="答案")),
                ("asked", models.IntegerField(default=0, editable=False, verbose_name="题数")),
                ("right", models.IntegerField(default=0, editable=False, verbose_name="答对")),
                ("passed", models.BooleanField(default=False, editable=False, verbose_name="通过")),
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
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="document.edition",
                        verbose_name="文件版本",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.person",
                        verbose_name="阅读人",
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
                "verbose_name": "阅读确认",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["edition", "person"], name="document_re_edition_d5197d_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="document_reading_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.RunPython(make, unmake),
    ]
