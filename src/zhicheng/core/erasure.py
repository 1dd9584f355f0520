"""Lawful erasure and disposal: values and salts of all versions are blanked, the tree and every other proof stay whole.

What a metric may read is never personal and never erased, so no published figure depends on it. Each erasure is also written to a file
outside the database (``gone``), so that it is repeated in whatever database is put back.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhicheng.core.facts import fact_fields, field_of
from zhicheng.core.fields import Column, FileHashField, RowsField
from zhicheng.core.files import Attachment, path_of
from zhicheng.core.language import CHINESE, listed
from zhicheng.core.process import Missing, Process, registry
from zhicheng.core.records import Record
from zhicheng.ledger.models import Entry, SealedFacts

OF_THE_ENTRY = frozenset({"_reason", "_signed", "_files"})
"""Facts about an entry that may hold personal data."""
WORDS_OF_THE_ENTRY = {"_reason": _("说明的文字"), "_signed": _("印出的姓名")}
ERASED = "〔已依法删除〕"
SHORTEST = 8
"""Signs of a hash by which a person may name a file."""


def erasable(process: Process) -> frozenset[str]:
    """The facts that a person's lawful request may erase: personal ones, and of the entries reason and printed names as a whole.

    Files are erased one by one (``Erasure.files``); all of them only when the record is disposed of.
    """
    return (process.personal | OF_THE_ENTRY - {"_files"}) - set(process.may_open)


def erasable_words(process: Process) -> dict[str, str]:
    """What can be erased on request, and what a person calls it, in the language that is spoken now."""
    labels = {f.name: f.verbose_name for f in fact_fields(process.model)} | WORDS_OF_THE_ENTRY
    return {name: str(labels.get(name, name)) for name in sorted(erasable(process))}


def disposable(process: Process) -> frozenset[str]:
    """What disposal blanks once the retention period is over: everything that can be blank and that no figure reads."""
    kept = {*process.may_open, *process.key, "number", "state", "occurred_on", "provenance"}
    own = {f.name for f in fact_fields(process.model) if f.name not in kept and _can_be_blank(f)}
    return frozenset(own | process.personal | OF_THE_ENTRY) - set(process.may_open)


def _can_be_blank(f: models.Field[Any, Any]) -> bool:
    text = isinstance(f, models.CharField | models.TextField) and not f.choices
    return bool(text or isinstance(f, RowsField) or f.null)


def blank_row(record: Any, names: Iterable[str]) -> None:
    """Blank the typed columns of the named facts."""
    for name in names:
        f = field_of(registry.of(record), name)
        if f is None:
            continue
        if isinstance(f, RowsField):
            setattr(record, f.attname, [])
        elif f.null:
            setattr(record, f.attname, None)
        elif isinstance(f, FileHashField):
            setattr(record, f.attname, "")
        else:
            assert isinstance(f, models.CharField | models.TextField)
            mark = f"{ERASED}{record.k}" if f.unique else ERASED
            setattr(record, f.attname, mark[: f.max_length] if f.max_length else mark)
    if set(names) & set(registry.of(record).key):
        record.business_key = f"{ERASED}{record.k}"


def blank_log(
    type_: str, k: int, names: Iterable[str], below: int, files: Collection[str] = ()
) -> list[dict[str, Any]]:
    """Blank salts and values of the named facts in every version before entry ``below``; with ``_files`` the attached files go too,
    or those of these hashes only. Returns the files that stay, as the entry of the erasure names them again.

    Files leave the disk when the transaction is whole.
    """
    gone = set(names)
    seqs = list(Entry.objects.filter(type=type_, k=k, seq__lt=below).values_list("seq", flat=True))
    for sealed in SealedFacts.objects.filter(seq__in=seqs):
        content = json.loads(sealed.content)
        content.update(dict.fromkeys(gone & content.keys()))
        sealed.content = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        sealed.save(update_fields=["content"])
    if "_files" not in gone:
        return []
    attached = Attachment.objects.filter(type=type_, k=k)
    going = attached.filter(sha256__in=files) if files else attached
    hashes = set(going.values_list("sha256", flat=True))
    going.delete()
    transaction.on_commit(lambda: _unlink(hashes, type_, k))
    stay: dict[str, dict[str, Any]] = {}
    for name, sha256, size in attached.order_by("pk").values_list("name", "sha256", "size") if files else ():
        stay.setdefault(sha256, {"name": name, "sha256": sha256, "size": size})
    return list(stay.values())


def _unlink(hashes: Iterable[str], type_: str, k: int) -> None:
    """Remove the files of a record from the disk, but for those that others have."""
    for sha256 in hashes:
        others = (one for one in contents(sha256) if (registry.of(one).name, one.k) != (type_, k))
        if not Attachment.objects.filter(sha256=sha256).exists() and next(others, None) is None:
            path_of(sha256).unlink(missing_ok=True)


def file_facts() -> Iterator[tuple[Process, str]]:
    """Every fact that names a file of the store as the content of a record."""
    for process in registry.all():
        for f in fact_fields(process.model):
            if isinstance(f, FileHashField):
                yield process, f.name


def contents(sha256: str) -> Iterator[Any]:
    """The records whose content this file is: the evidence of a figure, the text of a document."""
    for process, name in file_facts():
        yield from process.model.objects.filter(**{name: sha256})


def find(number: str) -> Record | None:
    """The record of a number, of whatever kind."""
    for process in registry.all():
        if found := process.model.objects.filter(number=number.strip()).first():
            return found  # type: ignore[no-any-return]
    return None


class Erasure(Record):
    """A request to erase personal facts of one record: who may ask has asked, the law that grants it, who approved."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("待批准")
        DONE = "done", _("已删除")
        REFUSED = "refused", _("未批准")

    subject_number = models.CharField(_("记录编号"), max_length=40)
    names = models.CharField(
        _("要删除的内容"),
        max_length=400,
        blank=True,
        help_text=_("写各项的名称，用逗号隔开；都不写，也不写附件，就是全部个人信息。"),
    )
    ground = models.TextField(_("法律依据与请求"))
    files = RowsField(
        _("要删除的附件"),
        columns=(
            Column("file", _("文件名或散列值"), required=True),
            Column("ground", _("这一份的依据"), required=True),
        ),
        help_text=_(
            "逐份写明，文件名保存时换成散列值；同名的写散列值的前 8 位以上（记录页上附件旁有）。其余附件留下。"
        ),
    )
    subject = models.CharField(_("对象"), max_length=80, blank=True, editable=False)
    wording = models.CharField(_("删除的是"), max_length=600, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("个人信息删除")

    @property
    def title(self) -> str:
        return f"{self.number} {self.subject_number}"

    @property
    def reach(self) -> tuple[int | None, int | None]:
        record = find(self.subject_number)
        return record.reach if record else (None, None)

    def derive(self, today: dt.date) -> None:
        if self.state != self.State.REQUESTED:
            return
        record = find(self.subject_number)
        if record is None:
            raise ValidationError({"subject_number": _("没有编号为“%s”的记录。") % self.subject_number})
        process = registry.of(record)
        self.subject = f"{process.name}/{record.k}"
        words = erasable_words(process)
        with translation.override(CHINESE):
            recorded = erasable_words(process)
        means = {said: name for called in (words, recorded) for name, said in called.items()}
        asked = (n.strip() for n in re.split(r"[,\uff0c\u3001]", self.names))
        names = list(dict.fromkeys(means.get(n, n) for n in asked if n))
        if not names and not self.files:
            names = sorted(process.personal)
        if "_files" in names:
            raise ValidationError({"names": _("附件不能一次全删：请在“要删除的附件”里逐份写明，各写依据。")})
        wrong = sorted(set(names) - set(words))
        if wrong or not (names or self.files):
            raise ValidationError(
                {"names": _("“%(w)s”不能依请求删除；%(p)s可以删除的有：%(a)s。") % {
                    "w": listed(wrong), "p": process.title, "a": listed(words.values())}}
            )  # fmt: skip
        self.names = ",".join(names)
        with translation.override(CHINESE):  # it is recorded
            self.wording = listed(recorded[name] for name in names)[:600]
        attached = Attachment.objects.filter(type=process.name, k=record.k)
        for row in self.files:
            row["file"] = _hash_of(row["file"], list(attached.values_list("name", "sha256")))
        if kept := no_content(self):
            raise ValidationError({"files": kept.sentence})

    @property
    def hashes(self) -> tuple[str, ...]:
        """SHA-256 of the files to be erased."""
        return tuple(sorted({row["file"] for row in self.files}))

    @property
    def record(self) -> Any:
        """The record concerned."""
        type_, _sep, k = self.subject.rpartition("/")
        return registry[type_].model.objects.get(k=k)


def _hash_of(said: str, attached: list[tuple[str, str]]) -> str:
    """The attached file that a person means by its name or the beginning of its hash. Errors: ValidationError."""
    begins = said.lower() if len(said) >= SHORTEST else None
    meant = {sha256 for name, sha256 in attached if name == said or (begins and sha256.startswith(begins))}
    if len(meant) != 1:
        why = _("有几份附件叫“%s”：请写散列值。") if meant else _("这条记录没有附件“%s”。")
        raise ValidationError({"files": why % said})
    return meant.pop()


def no_content(request: Erasure) -> Missing | None:
    """No file to be erased is the content of a record: evidence of a figure, text of a document, data of a study."""
    for row in request.files:
        if record := next(contents(row["file"]), None):
            said = _(
                "附件 %(f)s 是 %(n)s 的内容（数字、文件或研究的依据）：保存期满以前不能删除，期满后随记录处置。"
            )
            return Missing(said % {"f": row["file"][:SHORTEST], "n": record.number}, record)
    return None
