"""``/desk/calls/{move}``: what a form of the desk comes to, for a key in the browser to sign.

The form is the one that would be sent; its move is the same REST operation, which tells its call instead of making it.
"""

from typing import Final

from fastapi import APIRouter, Request, Response

from fairledger.api.desk import freezes, licences, members, moves, standards, warrants
from fairledger.api.desk.acting import own_form
from fairledger.api.desk.moves import Asked, MoveName
from fairledger.api.desk.page import DESK
from fairledger.api.desk.session import Visitor
from fairledger.api.parameters import takes
from fairledger.api.preparing import Preparation
from fairledger.api.problems import Problem

router = APIRouter(prefix=f"{DESK}/calls", include_in_schema=False)
MOVES: Final = {
    **moves.MOVES,
    **standards.MOVES_HERE,
    **members.MOVES_HERE,
    **licences.MOVES_HERE,
    **warrants.MOVES_HERE,
    **freezes.MOVES_HERE,
}


@router.post("/{move}", response_class=Response, dependencies=[takes("lang")])
async def prepare(request: Request, move: MoveName, visitor: Visitor) -> Response:
    """Tell function and arguments; what somebody wrote is kept as a document, as when the form is sent."""
    form = await own_form(request)
    if move not in MOVES:
        raise Problem("REQUEST_INVALID", "send the page's form")
    return await MOVES[move].do(Asked(request, form, visitor, Preparation()))
