"""What kind of file this is, and whether it may be opened: judged from its bytes, before any library reads it."""

from __future__ import annotations

import copy
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree

from django.utils.translation import gettext as _

UNCOMPRESSED_LIMIT = 400 * 2**20
RATIO_LIMIT = 150
RATIO_MATTERS_FROM = 4 * 2**20
MEMBERS_LIMIT = 2000
ENTRY = b"PK\x01\x02"
"""How each line of an archive's directory begins, wherever the archive says that its directory lies."""
WIDEST = 300
FAULTS_NOTED = 10_000
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    LookupError,
)
"""What the libraries raise for a spoiled archive."""
LONGEST_ROW = 8 * 2**20
PIECE = 1 << 20

# Linear whatever stands there: "<" is never passed over, and quoted values are taken whole.
CELL = re.compile(rb"<(?:\w+:)?c\s((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>")
COLUMNS = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,9})\d")
FAR_ROWS = re.compile(rb"\br\s*=\s*[\"'][A-Za-z]{1,9}(\d{6,})")
PLACE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,9}\d{1,9})[\"']")
IS_ERROR = re.compile(rb"\bt\s*=\s*[\"']e[\"']")
IS_TEXT = re.compile(rb"\bt\s*=\s*[\"']str[\"']")
UNCOMPUTED = re.compile(
    rb"<(?:\w+:)?c\s([^<>]*)><(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)

OLD_OFFICE = b"\xd0\xcf\x11\xe0"
SIGNATURES = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"\x1f\x8b": "gzip",
    b"{\\rtf": "RTF",
}


class FileRefused(Exception):
    """The file cannot be imported as it is. The message says what is wrong, where, and how to mend it."""


def kind_of(head: bytes, file_name: str) -> str:
    """``xlsx`` or ``csv``, by the first bytes. Errors: FileRefused for every other kind of file."""
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith(OLD_OFFICE):
        raise FileRefused(
            _(
                "“%s”是旧版 Excel（.xls）、旧版 Word（.doc）或加了密码的文件：请在 Excel 中打开，取消密码，另存为“Excel 工作簿（.xlsx）”后再导入。"
            )
            % file_name
        )
    for signature, name in SIGNATURES.items():
        if head.startswith(signature):
            raise FileRefused(
                _("“%(f)s”是 %(kind)s 文件，不是表格：请导入 .xlsx 或 .csv。")
                % {"f": file_name, "kind": name}
            )
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused(_("“%s”不是文本文件，也不是 Excel 工作簿：请导入 .xlsx 或 .csv。") % file_name)
    return "csv"


def check_workbook(data: bytes, file_name: str, rows_limit: int) -> dict[str, dict[str, str]]:
    """Refuse what is no workbook or would take too much memory (FileRefused).

    Returns, by sheet, the cells whose formula has no usable value and the sentence that says so.
    The directory's sizes are looked at first; then every part is inflated piece by piece, because a directory may lie.
    """
    faults: dict[str, dict[str, str]] = {}
    if (
        data.count(ENTRY) > 2 * MEMBERS_LIMIT
    ):  # the library would make an object of every one before it is asked
        raise FileRefused(_too_large(file_name))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_directory(archive, file_name)
            left = UNCOMPRESSED_LIMIT
            for member in archive.infolist():
                scan = _Scan(member.filename, file_name, rows_limit)
                for piece in _inflated(archive, member):
                    left -= len(piece)
                    if left < 0:
                        raise FileRefused(_too_large(file_name))
                    scan.take(piece)
                scan.finish()
                faults[member.filename] = scan.faults
            return {name: faults[part] for name, part in _sheets(archive).items() if faults.get(part)}
    except DAMAGED as error:
        raise FileRefused(
            _("“%s”已损坏、未传完或加了密码，打不开：请在 Excel 中打开后重新另存为 .xlsx。") % file_name
        ) from error


def _too_large(file_name: str) -> str:
    return (
        _("“%s”解压后大得不合常理，为安全起见不予打开：请删去多余的工作表，或改存为 .csv 分批导入。")
        % file_name
    )


def _check_directory(archive: zipfile.ZipFile, file_name: str) -> None:
    members = archive.infolist()
    names = {m.filename for m in members}
    if "xl/workbook.xml" not in names:
        if any(n.startswith("word/") for n in names):
            what = _("Word 文档")
        elif "xl/workbook.bin" in names:
            what = _("二进制工作簿（.xlsb）")
        else:
            what = _("压缩包")
        raise FileRefused(
            _("“%(f)s”是%(what)s，不是 Excel 工作簿（.xlsx）：请另存为 .xlsx 后再导入。")
            % {"f": file_name, "what": what}
        )
    total = sum(m.file_size for m in members)
    swollen = any(
        m.file_size > RATIO_MATTERS_FROM and m.file_size > RATIO_LIMIT * max(1, m.compress_size)
        for m in members
    )
    if total > UNCOMPRESSED_LIMIT or swollen or len(members) > MEMBERS_LIMIT:
        raise FileRefused(_too_large(file_name))


def _sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet names and the parts that hold them. The scan before has refused every document type."""
    targets = {
        one.get("Id"): str(one.get("Target")).removeprefix("/").removeprefix("xl/")
        for one in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    sheets: dict[str, str] = {}
    for one in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if one.tag.endswith("}sheet"):
            link = next((v for name, v in one.attrib.items() if name.endswith("}id")), "")
            sheets[one.get("name", "")] = f"xl/{targets.get(link, '')}"
    return sheets


def _inflated(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The true content of a part, whatever size the directory claims."""
    unbounded = copy.copy(member)
    unbounded.file_size = max(member.file_size, 2 * UNCOMPRESSED_LIMIT)
    if member.compress_type == zipfile.ZIP_STORED:
        unbounded = member
    with archive.open(unbounded) as stream:
        while piece := stream.read(PIECE):
            yield piece


class _Scan:
    """Looks through one XML part as it is inflated: no document type, no cell far out, no formula without value."""

    def __init__(self, part: str, file_name: str, rows_limit: int) -> None:
        self.is_xml = part.endswith((".xml", ".rels"))
        self.is_sheet = part.startswith("xl/worksheets/") and part.endswith(".xml")
        self.part, self.file_name, self.rows_limit = part, file_name, rows_limit
        self.tail = b""
        self.faults: dict[str, str] = {}

    def take(self, piece: bytes) -> None:
        """Look at one piece, together with the unfinished end of the one before."""
        if not self.is_xml:
            return
        text = self.tail + piece
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise FileRefused(
                _("“%s”中含有文档类型或实体声明，为安全起见不予打开：请在 Excel 中重新另存为 .xlsx。")
                % self.file_name
            )
        self.tail = text[-16:]
        if self.is_sheet:
            cut = max(text.rfind(b"<row"), 0) or max(text.rfind(b"<"), 0)
            self.tail = text[cut:]
            if len(self.tail) > LONGEST_ROW:
                raise FileRefused(_too_large(self.file_name))
            self._cells(text[:cut])

    def finish(self) -> None:
        """Look at what is left."""
        if self.is_sheet:
            self._cells(self.tail)

    def _cells(self, text: bytes) -> None:
        cells = CELL.findall(text)
        filled = b"\n".join(c for c in cells if not c.endswith(b"/"))
        widest = max((_place(letters) for letters in set(COLUMNS.findall(filled))), default=0)
        far = max((int(row) for row in FAR_ROWS.findall(filled)), default=0)
        if widest > WIDEST or far > self.rows_limit + 1000:
            raise FileRefused(
                _(
                    "“%(f)s”的数据超出第 %(w)s 列或第 %(r)s 行：多半是表外的单元格里留有内容，请选中数据区复制到新表，或分成几个文件导入。"
                )
                % {"f": self.file_name, "w": WIDEST, "r": self.rows_limit}
            )
        if b'"e"' in filled or b"'e'" in filled:
            wrong = (c for c in cells if IS_ERROR.search(c))
            self._note(wrong, _("公式的结果是错误值（如 #N/A、#DIV/0!）：请改正公式或直接填值。"))
        if b"<f" in text or b":f" in text:
            empty = (c for c in UNCOMPUTED.findall(text) if not IS_TEXT.search(c))
            self._note(empty, _("公式没有算出的值：请在 Excel 中打开并保存一次，或直接填值。"))

    def _note(self, cells: Iterable[bytes], what: str) -> None:
        for cell in cells:
            place = PLACE.search(cell)
            if place and len(self.faults) < FAULTS_NOTED:
                self.faults[place[1].decode().upper()] = what


def _place(letters: bytes) -> int:
    """The number of a column: A is 1."""
    place = 0
    for letter in letters.upper():
        place = place * 26 + letter - 64
    return place
