"""What the front door asks of the ledger with most deliveries: a single indexed look-up."""

from sqlalchemy import BindParameter, bindparam, exists, or_

from adapters.ledger.engine import Question
from adapters.ledger.schema import inbox, mentorships, starters

_repository_id: BindParameter[int] = bindparam("repository_id")
_number: BindParameter[int] = bindparam("number")
# Whether the thread is a mentorship, a good first issue with a mentor's name, or about to become one: that it may
# be as long as a row about it is still to be done.
OURS = Question(
    or_(
        *(
            exists().where(table.c.repository_id == _repository_id, table.c.number == _number)
            for table in (mentorships, starters)
        ),
        exists().where(
            inbox.c.repository_id == _repository_id,
            inbox.c.thread == _number,
            inbox.c.done_at.is_(None),
            inbox.c.parked_at.is_(None),
        ),
    )
)
