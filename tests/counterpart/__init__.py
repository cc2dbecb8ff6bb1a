"""Africa's Talking and Twilio on this machine, for tests of the whole service."""

from tests.counterpart.calls import inbound_form, post, receipt_form, signed
from tests.counterpart.faults import Fault
from tests.counterpart.network import Counterpart
from tests.counterpart.wire import Accepted, Provider

__all__ = [
    "Accepted",
    "Counterpart",
    "Fault",
    "Provider",
    "inbound_form",
    "post",
    "receipt_form",
    "signed",
]
