"""Photographs with a complaint from outside: few, of known kinds, kept as they came, seen by our people alone (M10, J-6.2.7)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.web.test_public_complaint import COMPLAINT, complaints, form
from zhicheng.core.authority import SYSTEM
from zhicheng.core.files import Attachment, path_of
from zhicheng.core.process import registry
from zhicheng.core.writers import amend, open_record
from zhicheng.ledger import log
from zhicheng.web.public_complaint import link_of
from zhicheng.web.public_photos import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.house import House

JPEG = b"\xff\xd8\xff\xe1\x00\x18Exif\0\0GPS 31.2N 121.5E" + b"\0" * 40
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
WEBP = b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 40


def photo(data: bytes = JPEG, name: str = "IMG_1.jpg", said: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, said)


def files() -> list[Attachment]:
    return list(Attachment.objects.order_by("pk"))


def test_photographs_are_kept_as_they_came_and_seen_by_our_people_alone(
    house: House, enter: Callable[[str], Client]
) -> None:
    page = Client().get("/c").content.decode()
    assert "最多 4 张，每张不超过 10 MB" in page
    assert "拍摄时间和地点" in page
    sent = Client().post("/c", form(photos=[photo(), photo(PNG, "b.png", "text/html")]))
    made = COMPLAINT.model.objects.get()
    assert sent.headers["Location"] == link_of(made)
    assert [(f.name, f.media_type, f.size) for f in files()] == [
        ("IMG_1.jpg", "image/jpeg", len(JPEG)),
        ("b.png", "image/png", len(PNG)),  # what it is its bytes say
    ]
    assert path_of(files()[0].sha256).read_bytes() == JPEG
    logged = log.versions("complaint.complaint", made.k)[0].facts["_files"]
    assert {one["sha256"] for one in logged} == {hashlib.sha256(d).hexdigest() for d in (JPEG, PNG)}
    followed = Client().get(link_of(made)).content.decode()
    assert "附有照片 2 张" in followed
    assert files()[0].sha256 not in followed
    at = f"/complaint.complaint/{made.number}/files/{files()[0].sha256}"
    assert Client().get(at).status_code == 302  # to the sign-in
    shown = enter("after_sales").get(at)
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/jpeg")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(shown.streaming_content) == JPEG  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ([photo(b"<html><script>", "a.jpg")], "“a.jpg”不是 JPG, PNG, WebP 照片"),
        ([photo(b"", "leer.jpg")], "“leer.jpg”不是"),
        ([photo(b"GIF89a" + b"\0" * 20, "a.gif", "image/gif")], "“a.gif”不是"),
        ([photo(JPEG + bytes([n])) for n in range(5)], "最多 4 张照片，您选了 5 张"),
    ],
)
def test_what_is_no_photograph_or_too_many_is_said(house: House, given: list[Any], sentence: str) -> None:
    for one in given:
        one.seek(0)
    answer = Client().post("/c", form(photos=given))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "李某" in answer.content.decode()
    assert (complaints(), files()) == (0, [])


def test_sizes_are_parameters_and_none_may_be_taken(house: House) -> None:
    parameter = registry["core.parameter"]
    open_record(parameter, {"key": "complaint.public_photo_mb", "value": "1"}, by=SYSTEM)
    number = open_record(parameter, {"key": "complaint.public_photos", "value": "1"}, by=SYSTEM)
    large = Client().post("/c", form(photos=[photo(JPEG + b"\0" * 2**20)]))
    assert (large.status_code, "超过 1 MB" in large.content.decode()) == (422, True)
    flood = Client().post("/c", form(photos=[photo(JPEG + b"\0" * 2 * 2**20)]))
    assert (flood.status_code, "一次提交的照片太大" in flood.content.decode()) == (413, True)
    amend(number, {"value": "0"}, by=SYSTEM, version=number.version, reason="不收照片")
    assert 'type="file"' not in Client().get("/c").content.decode()
    assert Client().post("/c", form(photos=[photo()])).status_code == 422
    assert complaints() == 0


def test_a_form_that_comes_back_says_that_photographs_must_be_chosen_again(house: House) -> None:
    answer = Client().post("/c", form(contact="", photos=[photo()]))
    assert (answer.status_code, "照片须重新选择" in answer.content.decode()) == (422, True)
    assert files() == []
    answer = Client().post("/c", form(seconds=1, photos=[photo()]))
    assert (answer.status_code, files()) == (422, [])  # nothing of a machine's is stored


def test_the_same_words_with_another_photograph_are_not_lost(house: House) -> None:
    client = Client()
    links = [
        client.post("/c", form(photos=given)).headers["Location"]
        for given in ([photo()], [photo()], [], [photo(PNG, "b.png")])
    ]
    assert (links[0], links[0]) == (links[1], links[2])
    assert links[3] != links[0]
    assert complaints() == 2


def test_a_file_is_what_its_first_bytes_say() -> None:
    assert [kind_of(d) for d in (JPEG, PNG, WEBP)] == ["image/jpeg", "image/png", "image/webp"]
    for other in (b"", b"%PDF-1.7", b"RIFF\0\0\0\0WAVE", b"<svg xmlns=", b"\x89PNG"):
        assert kind_of(other) == ""
