import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_squashed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Certificate",
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
                ("name", models.CharField(max_length=160, verbose_name="证书名称")),
                ("kind", models.CharField(max_length=60, verbose_name="类别")),
                ("certificate_number", models.CharField(blank=True, max_length=80, verbose_name="证书编号")),
                ("issuer", models.CharField(blank=True, max_length=160, verbose_name="发证机构")),
                ("scope", models.CharField(blank=True, max_length=400, verbose_name="范围")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="有效期至")),
                ("checked_on", models.DateField(blank=True, null=True, verbose_name="最近核对日期")),
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
                "verbose_name": "证书",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="register_certificate_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Honour",
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
                ("name", models.CharField(max_length=200, verbose_name="荣誉")),
                ("issuer", models.CharField(max_length=160, verbose_name="颁发单位")),
                ("level", models.CharField(blank=True, max_length=30, verbose_name="级别")),
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
                "verbose_name": "荣誉",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="register_honour_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Patent",
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
                ("patent_number", models.CharField(max_length=60, verbose_name="专利号")),
                ("name", models.CharField(max_length=200, verbose_name="专利名称")),
                ("kind", models.CharField(max_length=30, verbose_name="类型")),
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
                "verbose_name": "专利",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="register_patent_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Standard",
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
                ("standard_number", models.CharField(max_length=60, verbose_name="标准号")),
                ("name", models.CharField(max_length=200, verbose_name="标准名称")),
                ("kind", models.CharField(max_length=30, verbose_name="类别")),
                ("role", models.CharField(blank=True, max_length=30, verbose_name="参与方式")),
                ("remark", models.CharField(blank=True, max_length=200, verbose_name="备注")),
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
                "verbose_name": "标准",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("business_key", ""), _negated=True),
                        fields=("business_key",),
                        name="register_standard_key",
                        violation_error_message="这一条已经登记过。",
                    )
                ],
            },
        ),
    ]
