"""What a step asks for: ratings and charter answers, each in one statement; cases by redress.

Every effect carries the session's source, so that doing it twice changes nothing.
"""

from collections.abc import Mapping

import sqlalchemy as sa

from feedback_service.conversations import instruments
from feedback_service.conversations.catalogue import Catalogue
from feedback_service.conversations.flow_survey import SURVEY
from feedback_service.conversations.flows import START
from feedback_service.conversations.steps import Conversation, Effect
from feedback_service.identity import RECYCLED_AFTER, KeyRing
from feedback_service.intake import case_effects, survey_effects
from feedback_service.intake.calling import Calls, Done, Facts, campaign_of, county_of, standing
from feedback_service.intake.code_effects import CODE_EFFECTS, spend
from feedback_service.models import new_id
from feedback_service.runtime import Runtime

# One statement, so that a rating costs one commit: the citizen is found or made on the way.  One
# who was silent too long stays so: the number may be another's, and the next complaint settles it.
_RATE = sa.text("""
with person as (
  insert into citizens (id, lookup, sealed, kind, language, created_at, heard_at)
  values (:citizen, :lookup, :sealed, 'phone', :language, :at, :at)
  on conflict (lookup) do update set language = excluded.language, heard_at =
    case when coalesce(citizens.heard_at, citizens.created_at) <= :silent then citizens.heard_at
         else greatest(citizens.heard_at, excluded.heard_at) end
  returning id
)
insert into ratings (id, source, citizen_id, service_id, institution_id, service_point_id,
                     county_code, channel, language, charter_version, score, complete, given_at,
                     simulated, instrument, answer_order, campaign_id)
select :id, :source, person.id, :service, coalesce(:institution, (
         select id from institutions where county_code = :county and type = 'county government')),
       :place, :county, :channel, :language, :charter, :score, false, :at, false,
       :instrument, 'best-first', :campaign
from person
on conflict (source) do update set
  score = excluded.score, service_id = excluded.service_id,
  institution_id = excluded.institution_id, service_point_id = excluded.service_point_id,
  county_code = excluded.county_code, charter_version = excluded.charter_version,
  on_time = case when ratings.service_id = excluded.service_id then ratings.on_time end,
  paid_more = case when ratings.service_id = excluded.service_id then ratings.paid_more end,
  paid_extra_kes =
    case when ratings.service_id = excluded.service_id then ratings.paid_extra_kes end,
  courteous = case when ratings.service_id = excluded.service_id then ratings.courteous end,
  complete = ratings.complete and ratings.service_id = excluded.service_id
""").bindparams(
    sa.bindparam("institution", type_=sa.Text),
    sa.bindparam("place", type_=sa.Text),
    sa.bindparam("county", type_=sa.Integer),
    sa.bindparam("campaign", type_=sa.Uuid),
)

_RATE_COUNTY = sa.text("""
update ratings set county_code = :county, institution_id = (
  select id from institutions where county_code = :county and type = 'county government')
where source = :source
""")

# What is not answered yet is left alone: a copy of an earlier call takes no later answer back.
_ANSWERS = sa.text("""
update ratings set
  on_time = case when :on_time_said then :on_time else on_time end,
  paid_more = case when :paid_said then :paid_more else paid_more end,
  paid_extra_kes = case when :paid_more is false then null
                        else coalesce(:extra, paid_extra_kes) end,
  courteous = case when :courteous_said then :courteous else courteous end,
  complete = complete or :complete
where source = :source
""").bindparams(
    sa.bindparam("on_time", type_=sa.Boolean),
    sa.bindparam("paid_more", type_=sa.Boolean),
    sa.bindparam("courteous", type_=sa.Boolean),
    sa.bindparam("extra", type_=sa.Integer),
)


def perform(
    rt: Runtime, caller: Calls, effect: Effect, conversation: Conversation, catalogue: Catalogue
) -> Facts:
    """Do one effect and return the facts its screen will show."""
    return _EFFECTS[effect](rt, caller, conversation, catalogue)


def _language(rt: Runtime, caller: Calls, talk: Conversation, catalogue: Catalogue) -> Facts:
    if not talk.language:  # a poster's code was typed where the language is asked
        return {}
    began_by_asking = talk.path[0] == START
    learnt_in = caller.session if began_by_asking else ""
    rt.conversations.remember_language(caller.lookup.hex(), talk.language, learnt_in)
    return {}


def _rate(rt: Runtime, caller: Calls, talk: Conversation, catalogue: Catalogue) -> Facts:
    if talk.path[-1:] == (SURVEY,):
        return survey_effects.mark(rt, caller, talk, catalogue)
    service = catalogue.services[talk.answers["service"]]
    row = {
        "citizen": new_id(), "id": new_id(), "lookup": caller.lookup,
        "sealed": KeyRing(rt.settings.phone_keys).seal(caller.address, caller.lookup),
        "language": talk.language, "at": rt.now(), "source": f"{caller.source}:rating",
        "service": service.id, "institution": service.institution,
        "place": talk.answers.get("place"), "county": county_of(talk, catalogue),
        "channel": caller.channel, "score": int(talk.answers["score"]),
        "charter": service.card.version if service.card else None,
        "silent": rt.now() - RECYCLED_AFTER, "instrument": instruments.in_use(),
        "campaign": campaign_of(talk),
    }  # fmt: skip
    rt.at_once(_RATE, row)
    spend(rt, caller, talk)
    return {}


def _rate_county(rt: Runtime, caller: Calls, talk: Conversation, catalogue: Catalogue) -> Facts:
    county = county_of(talk, catalogue)
    if county:
        rt.at_once(_RATE_COUNTY, {"county": county, "source": f"{caller.source}:rating"})
    return {}


def _charter(rt: Runtime, caller: Calls, talk: Conversation, catalogue: Catalogue) -> Facts:
    said = standing(talk)
    paid, courteous = said.get("paid"), said.get("courtesy")
    extra = said.get("paid_amount") if paid == "yes" else None
    row = {
        "on_time_said": "on_time" in said, "on_time": _YES_NO.get(said.get("on_time", "")),
        "paid_said": bool(paid), "paid_more": _YES_NO.get(paid or ""),
        "extra": int(extra) if extra else None,
        "courteous_said": bool(courteous), "courteous": _YES_NO.get(courteous or ""),
        "complete": bool(paid and courteous),
        "source": survey_effects.source_of(caller, talk),
    }  # fmt: skip
    rt.at_once(_ANSWERS, row)
    return {}


_YES_NO = {"yes": True, "no": False}

_EFFECTS: Mapping[Effect, Done] = {
    Effect.LANGUAGE: _language,
    Effect.RATE: _rate,
    Effect.RATE_COUNTY: _rate_county,
    Effect.PROBLEM: survey_effects.problem,
    Effect.CHARTER_ANSWER: _charter,
    **case_effects.EFFECTS,
    **CODE_EFFECTS,
}
