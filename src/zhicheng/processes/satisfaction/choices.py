"""The words of satisfaction: stages of service and what moves a customer to buy."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """When a customer is asked (K-4.5.1): in three stages, and once a year on everything."""

    BEFORE = "before", _("售前")
    DURING = "during", _("售中")
    AFTER = "after", _("售后")
    YEARLY = "yearly", _("年度")


class Factor(models.TextChoices):
    """What moves a customer to buy (T-6.3.2)."""

    QUALITY = "quality", _("质量")
    PRICE = "price", _("价格")
    TECHNOLOGY = "technology", _("技术")
    SERVICE = "service", _("服务")
    DELIVERY = "delivery", _("交期")
    BRAND = "brand", _("品牌")
