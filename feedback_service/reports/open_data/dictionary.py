"""The package's README: what every table and column holds, what is not released and why, under
which licence; English and Kiswahili."""

from collections.abc import Sequence

from feedback_service.reports.open_data.asked import Asked
from feedback_service.reports.open_data.shape import Resource

LICENCE = """\
Everything but data/counties.geojson: Creative Commons Attribution 4.0 International (CC BY 4.0),
https://creativecommons.org/licenses/by/4.0/

data/counties.geojson: boundaries (c) OpenStreetMap contributors, Open Data Commons Open Database
License 1.0 (ODbL), https://opendatacommons.org/licenses/odbl/1-0/  Name the source on every map.
"""

_WORDS = {
    "en": {
        "title": "Citizens' scorecard of Kenya's public service: data dictionary",
        "version": "Version {version}. Periods: {periods}. {owner} answers for the figures.",
        "read": "How to read it",
        "rules": (
            "A period is a financial year from 1 July (`FY2026/27`) or a quarter of it "
            "(`FY2026/27-Q1`: July to September). Figures change until 30 days after a quarter "
            "ends, and never after it is frozen (`frozen_quarters`).",
            "Every figure stands with its 95 % interval and its denominator. There are no ranks.",
            "`simulated` is true where records were invented to try the service.",
            "An empty cell is no value, and `why` or `note` says why.",
        ),
        "not": "What is not released, and why",
        "kept": (
            "No single rating: a score, a place and a day could tell who gave it.",
            "No denominator, no number left out and no spread of scores of one to four persons, "
            "nor any that gives one back: `hidden`. A share itself is told though few said yes, or "
            "no: of 50 answers, one. It says what one of 50 said, never who.",
            "No single step: what citizens said in a running quarter is told in batches of at "
            "least five answers.",
            "No survey figure of fewer than 30 effective answers: it would say nothing.",
            "Of single cases only those of the open lane that are neither quiet nor accuse anybody "
            "(bribery, threats, discrimination, conduct), of months that are over, where five of "
            "one service, institution and month stand together; county and day only where five "
            "share them, and nothing that `hidden` keeps back. Drawn up once, when the month is "
            "over.",
            "No reference, no word of a citizen, no officer's name, no phone number in any form.",
        ),
        "column": "column", "type": "type", "holds": "holds", "licence": "Licence",
    },
    "sw": {
        "title": "Kadi ya alama ya wananchi ya utumishi wa umma Kenya: kamusi ya data",
        "version": "Toleo {version}. Vipindi: {periods}. {owner} huwajibika kwa takwimu.",
        "read": "Namna ya kusoma",
        "rules": (
            "Kipindi ni mwaka wa fedha kuanzia 1 Julai (`FY2026/27`) au robo yake (`FY2026/27-Q1`: "
            "Julai hadi Septemba). Takwimu hubadilika hadi siku 30 baada ya robo kuisha, na kamwe "
            "baada ya kufungwa (`frozen_quarters`).",
            "Kila takwimu ina masafa ya 95 % na idadi iliyohesabiwa. Hakuna nafasi za ushindani.",
            "`simulated` ni true pale kumbukumbu zilipobuniwa kujaribu huduma.",
            "Seli tupu haina takwimu; `why` au `note` husema kwa nini.",
        ),
        "not": "Kisichotolewa, na kwa nini",
        "kept": (
            "Hakuna alama ya mtu mmoja: alama, mahali na siku zingeweza kumtaja.",
            "Hakuna idadi iliyohesabiwa, idadi iliyoachwa wala mgawanyo wa alama wa mtu mmoja hadi "
            "wanne, wala inayoweza kukokotolewa: `hidden`. Sehemu yenyewe hutolewa hata kama "
            "wachache walisema ndiyo, au hapana: kati ya majibu 50, moja. Husema kile mmoja kati "
            "ya 50 alisema, kamwe si nani.",
            "Hakuna hatua ya mtu mmoja: waliyosema wananchi katika robo inayoendelea hutolewa kwa "
            "mafungu ya majibu angalau matano.",
            "Hakuna takwimu ya maoni yenye majibu chini ya 30: haingesema lolote.",
            "Kesi mojamoja ni zile za wazi ambazo si za kimya wala hazimshtaki mtu (hongo, "
            "vitisho, ubaguzi, mwenendo), za miezi iliyokwisha, pale tano za huduma, taasisi na "
            "mwezi mmoja ziko pamoja; kaunti na siku pale tano zinapolingana, wala hakuna "
            "kilichofichwa na `hidden`. Huandaliwa mara moja, mwezi ukiisha.",
            "Hakuna nambari ya kesi, neno la mwananchi, jina la afisa wala nambari ya simu.",
        ),
        "column": "safu", "type": "aina", "holds": "ina nini", "licence": "Leseni",
    },
}  # fmt: skip


def dictionary(resources: Sequence[Resource], version: str, asked: Asked) -> str:
    """The README as Markdown, English first."""
    return "\n".join(_part(lang, resources, version, asked) for lang in ("en", "sw"))


def _part(lang: str, resources: Sequence[Resource], version: str, asked: Asked) -> str:
    words = _WORDS[lang]
    periods = f"{asked.periods[0].label} - {asked.periods[-1].label}"
    owner = asked.rt.settings.scorecard_owner
    told = str(words["version"]).format(version=version, periods=periods, owner=owner)
    said = [f"# {words['title']}", "", told, "", f"## {words['read']}", ""]
    said += [f"- {rule}" for rule in words["rules"]]
    said += ["", f"## {words['not']}", "", *(f"- {kept}" for kept in words["kept"])]
    for resource in resources:
        said += ["", f"## {resource.path}", "", resource.en if lang == "en" else resource.sw, ""]
        said += [f"| {words['column']} | {words['type']} | {words['holds']} |", "|---|---|---|"]
        said += [
            f"| {f.name} | {f.type} | {f.en if lang == 'en' else f.sw} |" for f in resource.fields
        ]
    return "\n".join([*said, "", f"## {words['licence']}", "", LICENCE])
