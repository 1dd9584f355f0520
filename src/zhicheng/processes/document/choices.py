"""The words of documents and editions that are chosen from."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Level(models.TextChoices):
    """Where a document stands in the structure of the system (J-3.2.1)."""

    MANUAL = "manual", _("手册")
    PROCEDURE = "procedure", _("程序文件")
    INSTRUCTION = "instruction", _("作业指导书")
    FORM = "form", _("表单")
    EXTERNAL = "external", _("外来文件")


class EditionKind(models.TextChoices):
    """What kind of edition it is (K-0.1 to K-0.4); the values are those of ``zhicheng.editions.Kind``."""

    FIRST = "first", _("首版")
    MAJOR = "major", _("大版本")
    MINOR = "minor", _("小版本")


class ProcessChange(models.TextChoices):
    """What an edition does to a process; the values are those of ``zhicheng.editions.Change``."""

    CHANGED = "changed", pgettext_lazy("process", "变动")
    ADDED = "added", pgettext_lazy("process", "新增")
    DROPPED = "dropped", pgettext_lazy("process", "取消")


class CopyKind(models.TextChoices):
    """What a copy is: only controlled ones are exchanged when the next edition comes into force."""

    CONTROLLED = "controlled", _("受控")
    PRINTED = "printed", _("打印件")
    REFERENCE = "reference", _("参考")


class ReviewResult(models.TextChoices):
    """What the yearly review of a document comes to (K-0.4)."""

    KEEP = "keep", _("继续有效")
    REVISE = "revise", _("修订")
    WITHDRAW = "withdraw", _("建议作废")
