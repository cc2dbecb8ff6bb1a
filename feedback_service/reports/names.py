"""What institutions, counties, services, places, channels and languages are called in a report."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from feedback_service import registry
from feedback_service.models import Institution
from feedback_service.runtime import Runtime
from feedback_service.scoring import WHOLE, Dimension

Name = Mapping[str, str]
"""Language -> what it is called."""

UNSAID: Name = {"en": "Not said", "sw": "Haikutajwa"}
_WHOLE: Name = {"en": "All institutions", "sw": "Taasisi zote"}
_CHANNELS: Mapping[str, str] = {
    "africastalking-ussd": "USSD",
    "africastalking-sms": "SMS",
    "twilio-sms": "SMS (Twilio)",
    "twilio-whatsapp": "WhatsApp",
}
_LANGUAGES: Mapping[str, Name] = {
    "en": {"en": "English", "sw": "Kiingereza"},
    "sw": {"en": "Kiswahili", "sw": "Kiswahili"},
}


@dataclass(frozen=True)
class Names:
    """Names by id; what has none is called by its id."""

    institutions: Mapping[str, Name]
    values: Mapping[Dimension, Mapping[str, Name]]

    def institution(self, institution_id: str) -> Name:
        return self.institutions.get(institution_id) or _same(institution_id)

    def value(self, dimension: Dimension, key: str) -> Name:
        """The name of a row of a table; "" is where the record does not say."""
        if not key:
            return UNSAID
        return self.values[dimension].get(key) or _same(key)


def names(rt: Runtime) -> Names:
    """The names of the registry in use."""
    talk = registry.catalogue(rt)
    with rt.transaction() as session:
        rows = session.execute(sa.select(Institution.id, Institution.name))
        institutions = {institution_id: _same(name) for institution_id, name in rows}
    return Names(
        institutions | {WHOLE: _WHOLE},
        {
            Dimension.COUNTY: {str(c.code): _same(c.name) for c in talk.counties.values()},
            Dimension.SERVICE: {s.id: s.name for s in talk.services.values()},
            Dimension.SERVICE_POINT: {p.id: _same(p.name) for p in talk.places.values()},
            Dimension.CHANNEL: {key: _same(name) for key, name in _CHANNELS.items()},
            Dimension.LANGUAGE: _LANGUAGES,
        },
    )


def _same(name: str) -> Name:
    return {"en": name, "sw": name}
