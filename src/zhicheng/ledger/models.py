"""Tables of the evidence log. Only ``ledger.log`` and ``ledger.checkpoints`` write them."""

from django.db import models


class Entry(models.Model):
    """One entry of the log: its public header, the leaf made of it, and the digests of its sealed facts.

    The database refuses to change or delete a row (triggers of the first migration).
    ``type``, ``k`` and ``ver`` repeat the header so that a record's history can be found.
    """

    seq = models.BigIntegerField(primary_key=True)
    leaf = models.BinaryField(max_length=32)
    header = models.TextField()
    digests = models.TextField()
    outer_salt = models.CharField(max_length=32)
    type = models.CharField(max_length=60)
    k = models.BigIntegerField()
    ver = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "k", "ver"], name="entry_version")]

    def __str__(self) -> str:
        return f"{self.seq} {self.type}/{self.k} v{self.ver}"


class SealedFacts(models.Model):
    """Salts and values of an entry's facts: JSON ``{name: [salt, value]}``; apart from the entry so that a lawful erasure can blank them."""

    seq = models.BigIntegerField(primary_key=True)
    content = models.TextField()

    def __str__(self) -> str:
        return f"facts of {self.seq}"


class Head(models.Model):
    """The one row that is locked last by every write: where the log stands and the counters that follow from it."""

    id = models.SmallIntegerField(primary_key=True)
    origin = models.CharField(max_length=120)
    size = models.BigIntegerField(default=0)
    nodes = models.JSONField(default=list)
    last_at = models.DateTimeField()
    records = models.JSONField(default=dict, help_text="number of records by type")
    series = models.JSONField(default=dict, help_text="last number given in each number series")
    stirred = models.BooleanField(
        default=False, help_text="something but checkpoints was written since the last one"
    )

    def __str__(self) -> str:
        return f"{self.origin} size {self.size}"


class Tile(models.Model):
    """256 neighbouring nodes of the tree at height 8 x ``level`` (C2SP tlog-tiles), so that proofs need not read all leaves.

    A checkpoint writes them: whole ones, and above level 0 the last as far as it goes (level 0 is in the entries themselves).
    """

    WIDTH = 256
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField(max_length=8192)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="tile_place")]

    def __str__(self) -> str:
        return f"tile {self.level}/{self.index}"


class Anchor(models.Model):
    """A checkpoint that somebody else saw: a witness's cosignature line or a time-stamp token over it."""

    size = models.BigIntegerField()
    kind = models.CharField(max_length=12, choices=[("witness", "witness"), ("timestamp", "timestamp")])
    name = models.CharField(max_length=200)
    content = models.TextField(help_text="signature line of the note, or base64 of the token (DER)")
    at = models.DateTimeField(help_text="the time that the witness or the authority states")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["size", "kind", "name"], name="anchor_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name} at {self.size}"


class Checkpoint(models.Model):
    """A signed statement of the log's size and root (C2SP checkpoint)."""

    size = models.BigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    nodes = models.JSONField(
        help_text="the tree's nodes at this size, from which the next re-reading goes on"
    )
    note = models.TextField()
    signed_at = models.DateTimeField()
    occasion = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"checkpoint {self.size}"
