"""The roles that people are assigned; rights come from these and nothing else."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do, given by a RoleAssignment record for a site or department and a time."""

    ADMINISTRATOR = "administrator", _("系统管理员")
    GENERAL_MANAGER = "general_manager", _("总经理")
    CHIEF_QUALITY_OFFICER = "chief_quality_officer", _("首席质量官")
    QUALITY_MANAGER = "quality_manager", _("质量经理")
    RELEASE_AUTHORITY = "release_authority", _("紧急放行授权人")
    INSPECTOR = "inspector", _("检验员")
    DEPARTMENT_HEAD = "department_head", _("部门负责人")
    PURCHASING = "purchasing", _("采购")
    PRODUCTION = "production", _("生产")
    SALES = "sales", _("销售")
    AFTER_SALES = "after_sales", _("售后服务")
    READER = "reader", _("外部读者")


INTERNAL: frozenset[str] = frozenset(r.value for r in Role if r is not Role.READER)
"""Everybody of the house: the default readers of a process."""

PUBLIC = "public"
"""Who is nobody of the house and has no account; no role that can be assigned. It may open just the kinds of record whose
``opens`` names it, and reads nothing."""
