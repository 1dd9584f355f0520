"""The words of warranty: conditions, remedies, exclusions, verdicts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Condition(models.TextChoices):
    """When the remedy of a term is owed, beside the time (X-5.3.1 to X-5.3.3)."""

    NONE = "none", _("质量问题即可")
    UNREPAIRABLE = "unrepairable", _("无法修复合格（未安装的由第三方判定）")
    TWO_REPAIRS = "two_repairs", _("修理两次仍不能正常使用")


class YesNo(models.TextChoices):
    """A fact that is found out during the examination."""

    YES = "yes", _("是")
    NO = "no", _("否")


class Remedy(models.TextChoices):
    """What is done for the customer."""

    REFUND = "refund", _("退货")
    REPLACEMENT = "replacement", _("更换")
    REPAIR = "repair", _("免费维修")
    PAID = "paid", _("有偿服务")


class Exclusion(models.TextChoices):
    """What the warranty does not cover (X-5.3.4)."""

    MISUSE = "misuse", _("安装不当或使用不当")
    HUMAN_DAMAGE = "human_damage", _("人为因素")
    DISASTER = "disaster", _("自然灾害或意外灾害")
    CONTAMINATION = "contamination", _("管道沾污或气质沾污")


class Verdict(models.TextChoices):
    """What a third party found of a unit that was not installed."""

    CONFORMING = "conforming", _("合格")
    NONCONFORMING = "nonconforming", _("不合格")
