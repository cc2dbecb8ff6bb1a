"""What an invited citizen answers: the mark under the invitation's key, the problem.

The visit says what is rated, never the talk; only the number that was invited is heard, in time.
"""

import sqlalchemy as sa

from feedback_service.conversations.catalogue import Catalogue
from feedback_service.conversations.flow_survey import INVITE, mark_of
from feedback_service.conversations.steps import Conversation
from feedback_service.identity import RECYCLED_AFTER
from feedback_service.intake.calling import Calls, Facts, standing
from feedback_service.models import new_id
from feedback_service.runtime import Runtime

# One statement, one commit, as for any rating: nothing is stored for a number that was not asked.
_MARK = sa.text("""
with asked as (
  update invitations set answered_at = coalesce(answered_at, :at)
  from citizens person, visits
  where message_key = :invite and person.id = invitations.citizen_id and person.lookup = :lookup
    and visits.id = visit_id and (expires_at is null or expires_at >= :at)
  returning visit_id, invitations.citizen_id, invitations.institution_id, answer_order, instrument,
            invitations.simulated, service_id, service_point_id, visits.county_code
), heard as (
  update citizens set language = :language, heard_at =
    case when coalesce(heard_at, created_at) <= :silent then heard_at
         else greatest(heard_at, :at) end
  from asked where citizens.id = asked.citizen_id
)
insert into ratings (id, source, citizen_id, service_id, institution_id, service_point_id,
                     county_code, channel, language, charter_version, score, complete, given_at,
                     simulated, sample, visit_id, instrument, answer_order)
select :id, :source, citizen_id, asked.service_id, institution_id, service_point_id,
       coalesce(county_code, (select p.county_code from service_points p
                              where p.id = service_point_id)),
       :channel, :language, :charter, :score, false, :at, simulated, 'verified', visit_id,
       instrument, answer_order
from asked
on conflict (source) do update set score = excluded.score
""").bindparams(
    sa.bindparam("charter", type_=sa.Integer),
    sa.bindparam("at", type_=sa.DateTime(timezone=True)),
)

_PROBLEM = sa.text("""
update ratings set had_problem = :had, reported_problem = :reported where source = :source
""").bindparams(sa.bindparam("had", type_=sa.Boolean), sa.bindparam("reported", type_=sa.Boolean))


def source_of(caller: Calls, talk: Conversation) -> str:
    """The key of the rating that a talk speaks of: its invitation's, or its session's own."""
    return f"{talk.answers[INVITE] if mark_of(talk) else caller.source}:rating"


def mark(rt: Runtime, caller: Calls, talk: Conversation, catalogue: Catalogue) -> Facts:
    """Store the mark, once for its invitation; the next call begins at the menu again."""
    rt.conversations.forget_invitation(caller.lookup.hex())
    if not mark_of(talk):
        return {}
    service = catalogue.services[talk.answers["service"]]
    row = {
        "id": new_id(), "at": rt.now(), "invite": talk.answers[INVITE], "lookup": caller.lookup,
        "language": talk.language, "silent": rt.now() - RECYCLED_AFTER, "channel": caller.channel,
        "source": source_of(caller, talk), "score": int(mark_of(talk)),
        "charter": service.card.version if service.card else None,
    }  # fmt: skip
    rt.at_once(_MARK, row)
    return {}


def problem(rt: Runtime, caller: Calls, talk: Conversation, catalogue: Catalogue) -> Facts:
    """Whether there was a problem, and whether the office has heard of it."""
    said = standing(talk)
    had = said.get("problem")
    reported = said.get("reported") if had == "yes" else None
    row = {
        "had": had == "yes" if had else None,
        "reported": reported == "yes" if reported else None,
        "source": source_of(caller, talk),
    }
    rt.at_once(_PROBLEM, row)
    return {}
