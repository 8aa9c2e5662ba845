"""Two questions after delivery."""

from __future__ import annotations

from api.actor import TheCustomer, TheDoor
from api.keys import TheCustomerKey
from api.route import Answer, router
from api.v1.complaint_shapes import SurveyIn, SurveyOut
from api.v1.portal.answers import private
from api.v1.portal.orders import OwnOrderNo
from usecases.portal.survey import AnswerSurvey, answer_survey, read_own_survey

routes = router("portal")


@routes.get("/portal/orders/{order_no}/survey", response_model=SurveyOut)
async def get_own_survey(order_no: OwnOrderNo, customer: TheCustomer, door: TheDoor) -> Answer:
    """What was answered, and whether it may be answered now. 我的评价。"""
    return private(await door.read(customer, read_own_survey, order_no))


@routes.post("/portal/orders/{order_no}/survey", response_model=SurveyOut)
async def answer_own_survey(
    order_no: OwnOrderNo, body: SurveyIn, customer: TheCustomer, door: TheDoor, key: TheCustomerKey
) -> Answer:
    """Answer once the order was delivered; the answer can be changed for a week. 评价。"""
    outcome = await door.run(customer, answer_survey, AnswerSurvey(order_no, body.score, body.comment), key=key)
    return private(outcome.answer, replayed=outcome.replayed)
