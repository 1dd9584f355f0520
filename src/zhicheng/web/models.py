"""What the pages themselves keep, outside the log: how often an address used a public page."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PublicUse(models.Model):
    """One use of a public page. ``address`` is a keyed digest: enough to count by, and no address is kept."""

    address = models.CharField(max_length=64)
    what = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("公众页面的使用")
        indexes = [models.Index(fields=["address", "what", "at"]), models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.at} {self.what}"
