"""What the API keeps beside the records: answers to repeated requests."""

from django.db import models

from zhicheng.core.account import Account


class KeptAnswer(models.Model):
    """The answer to a request that carried an ``Idempotency-Key``: sent again instead of acting twice, for 24 hours.

    ``digest`` is a keyed hash of the request, so that the same key with other content is refused.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    status = models.SmallIntegerField(default=0)
    body = models.TextField(blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="api_answer_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.status}"
