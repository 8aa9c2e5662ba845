"""Papers that were released to a customer, to be saved and never shown in our own pages."""

from __future__ import annotations

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from api.actor import TheCustomer, TheDoor
from api.files import GIVEN, KeptFile, give
from api.route import router
from api.v1.portal.answers import PRIVATE
from usecases.portal.own_orders import find_own_paper

routes = router("portal")


@routes.get("/portal/papers/{paper_id}", response_class=Response, responses=GIVEN)
async def get_own_paper(request: Request, paper_id: UUID, customer: TheCustomer, door: TheDoor) -> Response:
    """The bytes of a released paper, to be saved; a single `Range` of them where asked. 下载文件。"""
    paper = await door.read(customer, find_own_paper, paper_id)
    file = KeptFile(paper.file_name, paper.media_type, paper.size_bytes, paper.sha256)
    response = await give(request, file)
    response.headers.update(PRIVATE)
    return response
