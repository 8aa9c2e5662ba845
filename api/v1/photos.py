"""Proofs of reports: photos, signatures drawn on glass, spoken notes. They go before the reports that name them."""

from __future__ import annotations

from fastapi import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.actor import TheActor, TheDoor
from api.files import GIVEN, PHOTO_FORM_BYTES, KeptFile, give
from api.files import keep_photo as keep_photo_file
from api.keys import TheKey
from api.route import Answer, answer_of, found_at, max_body_bytes, router
from api.v1.types import Sha256, Shown
from usecases.floor.keep_photo import KeepPhoto, find_photo, keep_photo, may_keep_photo

routes = router("floor")


class PhotoOut(Shown):
    """A photo or a spoken note that reports may name."""

    sha256: str
    media_type: str
    size_bytes: int


@routes.post("/photos", status_code=201, response_model=PhotoOut)
@max_body_bytes(PHOTO_FORM_BYTES)
@found_at("/api/v1/photos/{sha256}")
async def post_photo(request: Request, actor: TheActor, door: TheDoor, key: TheKey, file: UploadFile) -> Answer:
    """A photo or a spoken note (webm, m4a, ogg), before the report that names it by the SHA-256 of its bytes.

    Sent again, nothing more happens.
    """
    await door.read(actor, may_keep_photo, None)
    kept = await keep_photo_file(request, file)
    command = KeepPhoto(kept.sha256, kept.media_type, kept.size_bytes)
    return answer_of(await door.run(actor, keep_photo, command, key=key), status=201)


@routes.get("/photos/{sha256}", response_class=Response, responses=GIVEN)
async def get_photo(request: Request, sha256: Sha256, actor: TheActor, door: TheDoor) -> Response:
    """The bytes of a photo or of a spoken note that a report names."""
    photo = await door.read(actor, find_photo, sha256)
    name = f"{sha256[:12]}.{photo.media_type.partition('/')[2]}"
    kept = KeptFile(name, photo.media_type, photo.size_bytes, sha256)
    return await give(request, kept, cache="private, max-age=31536000, immutable")
