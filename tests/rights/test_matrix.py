from __future__ import annotations

from tests.api.support import Api
from tests.rights.stock import furnished
from tests.rights.walk import walk


async def test_walk(api: Api) -> None:
    async with furnished(api) as house:
        walked = await walk(house)
    print(walked.asked)
    assert not walked.findings, "\n".join(walked.findings)
