import django.db.models.deletion
from django.db import migrations, models

import zhicheng.core.fields
import zhicheng.processes.competence.records


class Migration(migrations.Migration):
    replaces = [("competence", "0001_initial"), ("competence", "0002_training")]

    initial = True

    dependencies = [
        ("core", "0001_squashed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Plan",
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
                    "level",
                    models.CharField(
                        choices=[("company", "公司"), ("department", "部门"), ("workshop", "车间、班组")],
                        max_length=20,
                        verbose_name="层级",
                    ),
                ),
                ("items", zhicheng.core.fields.RowsField(blank=True, default=list, verbose_name="培训项目")),
                ("planned", models.IntegerField(default=0, editable=False, verbose_name="计划项数")),
                ("done", models.IntegerField(default=0, editable=False, verbose_name="已实施项数")),
                (
                    "starts_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="开始日期"),
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
                "verbose_name": "培训计划",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="competence_plan_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rule",
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
                ("occurred_on", models.DateField(verbose_name="开始日期")),
                (
                    "step",
                    models.CharField(
                        choices=zhicheng.processes.competence.records.step_choices,
                        max_length=100,
                        verbose_name="步骤",
                    ),
                ),
                ("until", models.DateField(blank=True, null=True, verbose_name="截止日期")),
                ("basis", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                ("process", models.CharField(blank=True, editable=False, max_length=60, verbose_name="单据")),
                (
                    "skill_name",
                    models.CharField(blank=True, editable=False, max_length=80, verbose_name="能力"),
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
                "verbose_name": "上岗要求",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["process", "state"], name="competence__process_de1e98_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="competence_rule_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Cover",
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
                ("occurred_on", models.DateField(verbose_name="班次日期")),
                (
                    "shift",
                    models.CharField(
                        choices=[("day", "白班"), ("middle", "中班"), ("night", "夜班")],
                        default="day",
                        max_length=10,
                        verbose_name="班次",
                    ),
                ),
                ("ends_at", zhicheng.core.fields.MomentField(verbose_name="下班时间")),
                ("reason", models.CharField(max_length=300, verbose_name="代签的原因")),
                ("uses", models.IntegerField(default=0, editable=False, verbose_name="凭此办理的次数")),
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.person",
                        verbose_name="当班人",
                    ),
                ),
                (
                    "signer",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.person",
                        verbose_name="第二签字人",
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
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="competence.rule",
                        verbose_name="上岗要求",
                    ),
                ),
            ],
            options={
                "verbose_name": "第二人签字",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["person", "state", "ends_at"], name="competence__person__1689af_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="competence_cover_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Skill",
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
                ("name", models.CharField(max_length=80, verbose_name="能力")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("education", "学历"),
                            ("training", "培训"),
                            ("certificate", "证书"),
                            ("test", "考核"),
                            ("licence", "特种设备作业人员证"),
                            ("auditor", "审核员资格"),
                        ],
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                (
                    "months",
                    models.IntegerField(
                        blank=True,
                        help_text="月；不填则长期有效。填写资质时可以另定到期日。",
                        null=True,
                        verbose_name="有效期",
                    ),
                ),
                ("basis", models.CharField(blank=True, max_length=200, verbose_name="依据")),
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
                "verbose_name": "能力",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="competence_skill_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
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
                ("course", models.CharField(max_length=160, verbose_name="课程")),
                (
                    "level",
                    models.CharField(
                        choices=[("company", "公司"), ("department", "部门"), ("workshop", "车间、班组")],
                        default="company",
                        max_length=20,
                        verbose_name="层级",
                    ),
                ),
                ("held_on", models.DateField(verbose_name="培训日期")),
                (
                    "hours",
                    zhicheng.core.fields.ScaledField(
                        blank=True, null=True, places=1, unit="", verbose_name="学时"
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="地点")),
                (
                    "external_trainer",
                    models.CharField(blank=True, max_length=160, verbose_name="外部讲师、机构"),
                ),
                (
                    "document_number",
                    models.CharField(blank=True, max_length=60, verbose_name="培训的文件编号"),
                ),
                ("edition", models.CharField(blank=True, max_length=20, verbose_name="文件版次")),
                (
                    "pass_mark",
                    models.IntegerField(
                        blank=True, help_text="不填则不考试，到场即合格。", null=True, verbose_name="合格分"
                    ),
                ),
                (
                    "plan_line",
                    models.IntegerField(
                        blank=True, help_text="不填则按课程名称找。", null=True, verbose_name="计划第几项"
                    ),
                ),
                (
                    "attendees",
                    zhicheng.core.fields.RowsField(blank=True, default=list, verbose_name="参加人"),
                ),
                ("verify_by", models.DateField(blank=True, null=True, verbose_name="效果验证期限")),
                (
                    "effect",
                    models.CharField(
                        blank=True,
                        choices=[("effective", "有效"), ("partly", "部分有效"), ("not", "无效")],
                        max_length=20,
                        verbose_name="培训效果",
                    ),
                ),
                ("effect_note", models.TextField(blank=True, verbose_name="怎样验证的")),
                (
                    "assessed_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="评定时间"),
                ),
                (
                    "verified_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="验证时间"),
                ),
                ("invited", models.IntegerField(default=0, editable=False, verbose_name="应到")),
                ("present", models.IntegerField(default=0, editable=False, verbose_name="实到")),
                ("passed", models.IntegerField(default=0, editable=False, verbose_name="合格人数")),
                ("rewarded", models.IntegerField(default=0, editable=False, verbose_name="奖励人数")),
                ("penalised", models.IntegerField(default=0, editable=False, verbose_name="处罚人数")),
                (
                    "person_hours",
                    zhicheng.core.fields.ScaledField(
                        default=0, editable=False, places=1, unit="", verbose_name="人学时"
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
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="competence.plan",
                        verbose_name="培训计划",
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
                    "trainer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.person",
                        verbose_name="内部讲师",
                    ),
                ),
                (
                    "skill",
                    models.ForeignKey(
                        blank=True,
                        help_text="合格的人得到这项资质，或换发。",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="competence.skill",
                        verbose_name="取得的能力",
                    ),
                ),
            ],
            options={
                "verbose_name": "培训",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["document_number", "edition"], name="competence__documen_b9211a_idx"
                    ),
                    models.Index(fields=["held_on"], name="competence__held_on_361e32_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="competence_session_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="rule",
            name="alternative",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="competence.skill",
                verbose_name="或具备",
            ),
        ),
        migrations.AddField(
            model_name="rule",
            name="skill",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="competence.skill",
                verbose_name="须具备的能力",
            ),
        ),
        migrations.CreateModel(
            name="Qualification",
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
                ("obtained_on", models.DateField(verbose_name="取得日期")),
                (
                    "valid_until",
                    models.DateField(
                        blank=True, help_text="不填则按能力的有效期计算。", null=True, verbose_name="有效期至"
                    ),
                ),
                ("certificate_number", models.CharField(blank=True, max_length=80, verbose_name="证书编号")),
                ("issuer", models.CharField(blank=True, max_length=160, verbose_name="发证机构")),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("education", "学历"),
                            ("training", "培训"),
                            ("certificate", "证书"),
                            ("test", "考核"),
                            ("licence", "特种设备作业人员证"),
                            ("auditor", "审核员资格"),
                        ],
                        editable=False,
                        max_length=20,
                        verbose_name="类别",
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.person",
                        verbose_name="人员",
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
                    "skill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="competence.skill",
                        verbose_name="能力",
                    ),
                ),
            ],
            options={
                "verbose_name": "资质",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["person", "skill"], name="competence__person__b98c0f_idx"),
                    models.Index(fields=["state", "valid_until", "k"], name="competence__state_3029d1_idx"),
                    models.Index(fields=["valid_until"], name="competence__valid_u_64b43a_idx"),
                    models.Index(fields=["occurred_on", "k"], name="competence__occurre_6aeb3c_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="competence_qualification_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
    ]
