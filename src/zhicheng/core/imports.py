"""The record of an import: which file, how many rows were read, opened, unchanged and refused."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhicheng.core.records import Record


class ImportRun(Record):
    """One file taken in. Every record that it opened has an entry with act ``import`` caused by this record's entry."""

    class State(models.TextChoices):
        DONE = "done", _("已导入")

    process = models.CharField(_("记录种类"), max_length=60)
    file_name = models.CharField(_("文件名"), max_length=200)
    file_sha256 = models.CharField(_("文件哈希"), max_length=64)
    rows_read = models.IntegerField(_("读取行数"))
    rows_opened = models.IntegerField(_("新建"))
    rows_unchanged = models.IntegerField(_("未变"))
    rows_refused = models.IntegerField(_("拒绝"))
    reconstructed = models.BooleanField(_("重构数据"), default=False)
    source = models.CharField(_("数据来源"), max_length=300, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("导入")

    @property
    def title(self) -> str:
        return f"{self.number} {self.file_name}"
