"""The page behind the QR code of a ticket or receipt: every way to send its code, without a script.

It looks nothing up, so that nobody learns here which codes there are.
"""

from urllib.parse import quote

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from feedback_service.domain.visit_codes import is_code, spoken_code
from feedback_service.web.access import open_to
from feedback_service.web.public.frame import pages, runtime


@pages.get("/v/<code>")
@open_to("anyone")
def code_ways(code: str) -> ResponseReturnValue:
    if not is_code(code):
        abort(404)
    settings = runtime().settings
    dial = f"{settings.at_ussd_code.rstrip('#')}*{code}#"
    whatsapp = settings.twilio_whatsapp_from.removeprefix("whatsapp:").lstrip("+")
    return render_template(
        "public/code.html", spoken=spoken_code(code), dial=dial, short=settings.at_short_code,
        dial_href=f"tel:{quote(dial, safe='*')}",
        sms_href=f"sms:{settings.at_short_code}?body={code}" if settings.at_short_code else "",
        whatsapp_href=f"https://wa.me/{whatsapp}?text={code}" if whatsapp else "",
    )  # fmt: skip
