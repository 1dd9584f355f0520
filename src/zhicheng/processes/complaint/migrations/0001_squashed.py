import django.db.models.deletion
from django.db import migrations, models

import zhicheng.core.fields


class Migration(migrations.Migration):
    replaces = [
        ("complaint", "0001_initial"),
        ("complaint", "0002_alike"),
    ]

    initial = True

    dependencies = [
        ("core", "0001_squashed"),
        ("customer", "0001_initial"),
        ("inspection", "0001_squashed"),
        ("nonconformity", "0001_squashed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Complaint",
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
                    "channel",
                    models.CharField(
                        choices=[
                            ("phone", "电话"),
                            ("call_centre", "呼叫中心"),
                            ("wechat", "微信"),
                            ("qq", "QQ"),
                            ("mail", "邮件"),
                            ("fax", "传真"),
                            ("survey", "第三方调查"),
                            ("public", "公众平台"),
                            ("visit", "上门或来访"),
                        ],
                        default="phone",
                        max_length=20,
                        verbose_name="渠道",
                    ),
                ),
                (
                    "received_at",
                    zhicheng.core.fields.MomentField(blank=True, null=True, verbose_name="接到投诉"),
                ),
                ("complainant", models.CharField(blank=True, max_length=60, verbose_name="投诉人")),
                ("contact", models.CharField(blank=True, max_length=120, verbose_name="联系方式")),
                (
                    "region",
                    models.CharField(
                        blank=True,
                        choices=[("home_province", "省内"), ("other_province", "省外"), ("abroad", "国外")],
                        max_length=20,
                        verbose_name="区域",
                    ),
                ),
                (
                    "customer_class",
                    models.CharField(
                        blank=True,
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
                    "handled_by",
                    models.CharField(
                        choices=[("office", "服务网点"), ("company", "公司")],
                        editable=False,
                        max_length=10,
                        verbose_name="受理层级",
                    ),
                ),
                (
                    "family",
                    models.CharField(blank=True, editable=False, max_length=40, verbose_name="产品族"),
                ),
                ("batch", models.CharField(blank=True, max_length=60, verbose_name="批号")),
                ("serial", models.CharField(blank=True, max_length=60, verbose_name="出厂编号")),
                (
                    "quantity",
                    zhicheng.core.fields.ScaledField(
                        blank=True, null=True, places=3, unit="", verbose_name="涉及数量"
                    ),
                ),
                ("unit", models.CharField(default="台", max_length=10, verbose_name="单位")),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("performance", "性能与精度"),
                            ("appearance", "外观"),
                            ("packaging", "包装运输"),
                            ("quantity", "数量短缺"),
                            ("delivery", "交期"),
                            ("documents", "标识与文件"),
                            ("installation", "安装使用"),
                            ("service", "服务"),
                            ("other", "其他"),
                        ],
                        default="other",
                        max_length=20,
                        verbose_name="问题类别",
                    ),
                ),
                ("defect_code", models.CharField(blank=True, max_length=30, verbose_name="缺陷代码")),
                ("description", models.TextField(verbose_name="投诉内容")),
                (
                    "severity",
                    models.CharField(
                        choices=[("critical", "关键"), ("major", "重要"), ("minor", "一般")],
                        default="major",
                        max_length=20,
                        verbose_name="严重程度",
                    ),
                ),
                ("report_wanted", models.BooleanField(default=False, verbose_name="顾客要求书面报告")),
                ("recurring", models.BooleanField(default=False, editable=False, verbose_name="重复发生")),
                (
                    "coordinated_at",
                    zhicheng.core.fields.MomentField(blank=True, null=True, verbose_name="协调网点"),
                ),
                (
                    "responded_at",
                    zhicheng.core.fields.MomentField(blank=True, null=True, verbose_name="回应顾客"),
                ),
                ("response", models.TextField(blank=True, verbose_name="回应内容")),
                (
                    "replied_at",
                    zhicheng.core.fields.MomentField(blank=True, null=True, verbose_name="明确答复"),
                ),
                ("reply", models.TextField(blank=True, verbose_name="答复内容")),
                (
                    "identified_at",
                    zhicheng.core.fields.MomentField(blank=True, null=True, verbose_name="识别核查"),
                ),
                ("finding", models.TextField(blank=True, verbose_name="核查结果")),
                (
                    "responsibility",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ours", "我方"),
                            ("supplier", "供方"),
                            ("carrier", "承运方"),
                            ("customer", "顾客使用"),
                            ("none", "不成立"),
                        ],
                        max_length=20,
                        verbose_name="责任区分",
                    ),
                ),
                (
                    "contained_at",
                    zhicheng.core.fields.MomentField(blank=True, null=True, verbose_name="遏制"),
                ),
                ("containment", models.TextField(blank=True, verbose_name="遏制措施")),
                (
                    "visit_needed_at",
                    zhicheng.core.fields.MomentField(blank=True, null=True, verbose_name="确定须到现场"),
                ),
                (
                    "arrived_at",
                    zhicheng.core.fields.MomentField(blank=True, null=True, verbose_name="到达现场"),
                ),
                ("visits", zhicheng.core.fields.RowsField(blank=True, default=list, verbose_name="现场服务")),
                (
                    "cause_confirmed_at",
                    zhicheng.core.fields.MomentField(
                        blank=True, null=True, verbose_name="确认为我方质量原因"
                    ),
                ),
                ("cause", models.TextField(blank=True, verbose_name="产生原因")),
                ("escape", models.TextField(blank=True, verbose_name="流出原因")),
                ("team", zhicheng.core.fields.RowsField(blank=True, default=list, verbose_name="小组")),
                (
                    "plan_sent_at",
                    zhicheng.core.fields.MomentField(blank=True, null=True, verbose_name="回复改善方案"),
                ),
                ("solution", models.TextField(blank=True, verbose_name="处理方案")),
                (
                    "agreed_at",
                    zhicheng.core.fields.MomentField(blank=True, null=True, verbose_name="顾客确认方案"),
                ),
                ("resample_wanted", models.BooleanField(default=False, verbose_name="须重新送样")),
                (
                    "resampled_at",
                    zhicheng.core.fields.MomentField(blank=True, null=True, verbose_name="重新送样"),
                ),
                (
                    "carried_out_at",
                    zhicheng.core.fields.MomentField(blank=True, null=True, verbose_name="实施处理方案"),
                ),
                ("work_done", models.TextField(blank=True, verbose_name="实施情况")),
                (
                    "cost",
                    zhicheng.core.fields.ScaledField(
                        blank=True, null=True, places=2, unit="元", verbose_name="处理费用"
                    ),
                ),
                ("returns", zhicheng.core.fields.RowsField(blank=True, default=list, verbose_name="退货")),
                (
                    "report_sent_at",
                    zhicheng.core.fields.MomentField(blank=True, null=True, verbose_name="书面改善报告"),
                ),
                (
                    "corrective_at",
                    zhicheng.core.fields.MomentField(
                        blank=True, null=True, verbose_name="组织实施纠正和预防措施"
                    ),
                ),
                ("corrective_action", models.TextField(blank=True, verbose_name="纠正措施")),
                ("prevention", models.TextField(blank=True, verbose_name="预防措施")),
                (
                    "effect_confirmed_at",
                    zhicheng.core.fields.MomentField(blank=True, null=True, verbose_name="确认效果"),
                ),
                ("effective", models.BooleanField(default=False, verbose_name="措施有效")),
                ("effect", models.TextField(blank=True, verbose_name="效果验证")),
                (
                    "followed_up_at",
                    zhicheng.core.fields.MomentField(blank=True, null=True, verbose_name="电话回访"),
                ),
                ("calls", zhicheng.core.fields.RowsField(blank=True, default=list, verbose_name="电话回访")),
                ("recognition", models.TextField(blank=True, verbose_name="总结与表彰")),
                (
                    "closed_at",
                    zhicheng.core.fields.MomentField(
                        blank=True, editable=False, null=True, verbose_name="关闭"
                    ),
                ),
                (
                    "ended_at",
                    zhicheng.core.fields.MomentField(
                        blank=True, editable=False, null=True, verbose_name="办结时间"
                    ),
                ),
                ("pause_message", models.TextField(blank=True, verbose_name="发给顾客的消息")),
                (
                    "pause_until",
                    zhicheng.core.fields.MomentField(blank=True, null=True, verbose_name="等待至"),
                ),
                (
                    "pauses",
                    zhicheng.core.fields.RowsField(
                        blank=True, default=list, editable=False, verbose_name="等待顾客"
                    ),
                ),
                (
                    "promises",
                    zhicheng.core.fields.RowsField(
                        blank=True, default=list, editable=False, verbose_name="时限"
                    ),
                ),
                (
                    "coordinate_kept",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("kept", "按时"),
                            ("missed", "逾期"),
                            ("disputed", "承诺互相矛盾"),
                            ("no_rule", "没有规定"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="协调及时",
                    ),
                ),
                (
                    "respond_kept",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("kept", "按时"),
                            ("missed", "逾期"),
                            ("disputed", "承诺互相矛盾"),
                            ("no_rule", "没有规定"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="回应及时",
                    ),
                ),
                (
                    "reply_kept",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("kept", "按时"),
                            ("missed", "逾期"),
                            ("disputed", "承诺互相矛盾"),
                            ("no_rule", "没有规定"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="答复及时",
                    ),
                ),
                (
                    "identify_kept",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("kept", "按时"),
                            ("missed", "逾期"),
                            ("disputed", "承诺互相矛盾"),
                            ("no_rule", "没有规定"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="核查及时",
                    ),
                ),
                (
                    "contain_kept",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("kept", "按时"),
                            ("missed", "逾期"),
                            ("disputed", "承诺互相矛盾"),
                            ("no_rule", "没有规定"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="遏制及时",
                    ),
                ),
                (
                    "visit_kept",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("kept", "按时"),
                            ("missed", "逾期"),
                            ("disputed", "承诺互相矛盾"),
                            ("no_rule", "没有规定"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="到场及时",
                    ),
                ),
                (
                    "plan_kept",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("kept", "按时"),
                            ("missed", "逾期"),
                            ("disputed", "承诺互相矛盾"),
                            ("no_rule", "没有规定"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="方案及时",
                    ),
                ),
                (
                    "carry_out_kept",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("kept", "按时"),
                            ("missed", "逾期"),
                            ("disputed", "承诺互相矛盾"),
                            ("no_rule", "没有规定"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="实施及时",
                    ),
                ),
                (
                    "report_kept",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("kept", "按时"),
                            ("missed", "逾期"),
                            ("disputed", "承诺互相矛盾"),
                            ("no_rule", "没有规定"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="报告及时",
                    ),
                ),
                (
                    "resample_kept",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("kept", "按时"),
                            ("missed", "逾期"),
                            ("disputed", "承诺互相矛盾"),
                            ("no_rule", "没有规定"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="送样及时",
                    ),
                ),
                (
                    "corrective_kept",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("kept", "按时"),
                            ("missed", "逾期"),
                            ("disputed", "承诺互相矛盾"),
                            ("no_rule", "没有规定"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="纠正预防及时",
                    ),
                ),
                (
                    "close_kept",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("kept", "按时"),
                            ("missed", "逾期"),
                            ("disputed", "承诺互相矛盾"),
                            ("no_rule", "没有规定"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="关闭及时",
                    ),
                ),
                (
                    "accepted_in_time",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("kept", "按时"),
                            ("missed", "逾期"),
                            ("disputed", "承诺互相矛盾"),
                            ("no_rule", "没有规定"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="受理及时",
                    ),
                ),
                (
                    "corrective_owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.person",
                        verbose_name="责任人",
                    ),
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
                    "duplicate_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaint.complaint",
                        verbose_name="与此重复",
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
                    "office",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customer.office",
                        verbose_name="服务网点",
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
                "verbose_name": "投诉",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["occurred_on", "k"], name="complaint_c_occurre_599d91_idx"),
                    models.Index(fields=["state", "occurred_on", "k"], name="complaint_c_state_7ebbac_idx"),
                    models.Index(
                        fields=["customer", "occurred_on", "k"], name="complaint_c_custome_d51e7d_idx"
                    ),
                    models.Index(fields=["product", "batch"], name="complaint_c_product_2d9715_idx"),
                    models.Index(fields=["batch"], name="complaint_c_batch_878d1a_idx"),
                    models.Index(fields=["serial"], name="complaint_c_serial_9b824b_idx"),
                    models.Index(
                        fields=["product", "category", "occurred_on", "k"],
                        name="complaint_c_product_7b056c_idx",
                    ),
                    models.Index(
                        fields=["product", "defect_code", "occurred_on", "k"],
                        name="complaint_c_product_ef683b_idx",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="complaint_complaint_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Promise",
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
                            ("coordinate", "协调网点"),
                            ("respond", "回应顾客"),
                            ("reply", "明确答复"),
                            ("identify", "识别核查"),
                            ("contain", "遏制"),
                            ("visit", "到达现场"),
                            ("plan", "回复改善方案"),
                            ("carry_out", "实施处理方案"),
                            ("report", "书面改善报告"),
                            ("resample", "重新送样"),
                            ("corrective", "组织实施纠正和预防措施"),
                            ("close", "关闭"),
                        ],
                        max_length=20,
                        verbose_name="环节",
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("all", "全部"),
                            ("domestic", "国内"),
                            ("home_province", "省内"),
                            ("other_province", "省外"),
                            ("abroad", "国外"),
                            ("office", "服务网点"),
                            ("company", "公司"),
                        ],
                        default="all",
                        max_length=20,
                        verbose_name="适用范围",
                    ),
                ),
                ("amount", models.IntegerField(verbose_name="时限")),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("hour", "小时"),
                            ("working_hour", "工作小时"),
                            ("day", "天"),
                            ("working_day", "工作日"),
                            ("month", "个月"),
                        ],
                        default="hour",
                        max_length=20,
                        verbose_name="单位",
                    ),
                ),
                (
                    "since",
                    models.CharField(
                        choices=[
                            ("received_at", "接到投诉"),
                            ("coordinated_at", "协调网点"),
                            ("responded_at", "回应顾客"),
                            ("replied_at", "明确答复"),
                            ("identified_at", "识别核查"),
                            ("contained_at", "遏制"),
                            ("visit_needed_at", "确定须到现场"),
                            ("arrived_at", "到达现场"),
                            ("cause_confirmed_at", "确认为我方质量原因"),
                            ("plan_sent_at", "回复改善方案"),
                            ("agreed_at", "顾客确认方案"),
                            ("carried_out_at", "实施处理方案"),
                            ("report_sent_at", "书面改善报告"),
                            ("resampled_at", "重新送样"),
                            ("corrective_at", "组织实施纠正和预防措施"),
                            ("effect_confirmed_at", "确认效果"),
                            ("followed_up_at", "电话回访"),
                            ("closed_at", "关闭"),
                        ],
                        default="received_at",
                        max_length=20,
                        verbose_name="起算",
                    ),
                ),
                (
                    "public",
                    models.BooleanField(
                        default=False,
                        help_text="对外公开的承诺按毛时间计：等待顾客的时间不扣除。",
                        verbose_name="对外承诺",
                    ),
                ),
                ("source", models.CharField(max_length=200, verbose_name="出处")),
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
                "verbose_name": "服务时限",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="complaint_promise_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
    ]
