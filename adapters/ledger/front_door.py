"""What the front door asks of the ledger with most deliveries: an indexed look-up."""

from sqlalchemy import BindParameter, bindparam, exists, or_, select

from adapters.ledger.engine import Question
from adapters.ledger.schema import greetings, inbox, mentors, mentorships, repositories, starters

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
# Whether somebody is one of ours in the repository's program: greeted, mentored, a mentor or a member. Whose welcome
# is still to be decided is none yet: it notes the pull request itself, and of one that is over it says nothing.
_person_id: BindParameter[int] = bindparam("person_id")
_program_id = select(repositories.c.program_id).where(repositories.c.id == _repository_id).scalar_subquery()
OF_PEOPLE = Question(
    or_(
        *(
            exists().where(person == _person_id, table.c.program_id == _program_id)
            for table, person in (
                (greetings, greetings.c.person_id),
                (mentors, mentors.c.person_id),
                (mentorships, mentorships.c.newcomer_id),
            )
        )
    )
)
