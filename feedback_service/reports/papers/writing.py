"""The papers themselves: the scorecard for everybody, the Summit's two pages, Parliament's report,
the Cabinet's page, and one for each County Assembly."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from analytics.indicators import DEFINITIONS
from analytics.scorecards import Scorecard, Tier, standards
from feedback_service import government
from feedback_service.domain.calendar import NAIROBI
from feedback_service.government import State, Status
from feedback_service.reports import drawings as charts_of
from feedback_service.reports.history import Quarter
from feedback_service.reports.papers import sections as part
from feedback_service.reports.papers.blocks import (
    Block,
    Paper,
    heading,
    note,
    page_break,
    points,
    table,
    text,
)
from feedback_service.reports.papers.gathering import TRENDS, Gathered
from feedback_service.reports.papers.words import PAPERS, says
from feedback_service.reports.scorecard_paper import row_of
from feedback_service.reports.words import on_day
from feedback_service.scoring import Dimension

LANGUAGES = ("en", "sw")
FIRST = (
    "satisfaction", "charter_time_kept", "resolved", "resolved_in_time", "citizen_confirmed",
    "verified", "hidden_problems", "requests_answered",
)  # fmt: skip
"""The country's figures where there is no room for all."""
NAMED_BELOW, FIGURES_BELOW, CABINET_MOVES = 6, 3, 3
"""So many bodies below a standard the Cabinet's page names, with so many of their figures, and so
many moves: it is one page."""


def scorecard(gathered: Gathered, lang: str) -> Paper:
    """The citizens' scorecard: all bodies by side, maps, quarters, how counted, what is not."""
    lead = part.mapped(gathered)[:2]
    blocks = [
        *part.country(gathered, lang, DEFINITIONS),
        *part.sides(gathered.found.cards, lang, standards()),
        *part.maps(gathered, lang, lead),
        *_quarters(gathered.trend, lang),
        *part.moved(gathered, lang),
        page_break(),
        heading(says(lang, "of_bodies")),
        note(says(lang, "no_rank")),
        *(block for name in standards() for block in part.by_side(gathered, lang, name)),
        *part.unmeasured(gathered, lang),
        page_break(),
        *part.how_counted(gathered, lang),
    ]
    return _paper(gathered, lang, "scorecard", blocks)


def summit(gathered: Gathered, lang: str) -> Paper:
    """Two pages: the country's figures, sides, a map, what moved, and what is to be decided."""
    lead = part.mapped(gathered)[0]
    blocks = [
        *part.country(gathered, lang, FIRST),
        *part.sides(gathered.found.cards, lang, FIRST_JUDGED),
        *part.moved(gathered, lang),
        *_quarters(gathered.trend, lang, TRENDS[::2]),
        page_break(),
        *part.maps(gathered, lang, [lead], width=62),
        heading(says(lang, "decide")),
        points(decisions(gathered, lang)),
    ]
    return _paper(gathered, lang, "summit", blocks, small=True)


def cabinet(gathered: Gathered, lang: str) -> Paper:
    """One page: the country, the sides, what moved, and who of the direct line stands below."""
    blocks = [
        *part.country(gathered, lang, TRENDS),
        *part.sides(gathered.found.cards, lang, TRENDS),
        *part.moved(gathered, lang, CABINET_MOVES),
        *part.maps(gathered, lang, part.mapped(gathered)[:1], width=34),
        heading(f"{says(lang, 'below')}: {government.lines()['direct'].name[lang]}"),
        *below(gathered, lang, gathered.of_line("direct")),
    ]
    return _paper(gathered, lang, "cabinet", blocks, small=True)


def parliament(gathered: Gathered, lang: str) -> Paper:
    """By reporting line, with who signed; annexes by sector with every figure of every body."""
    blocks: list[Block] = [
        *part.country(gathered, lang, DEFINITIONS),
        *part.sides(gathered.found.cards, lang, standards()),
        *part.moved(gathered, lang),
        *part.maps(gathered, lang, part.mapped(gathered)[:2]),
        page_break(),
        heading(says(lang, "by_line")),
        text(says(lang, "lines_words")),
        *_lines(gathered, lang),
    ]
    for key in government.lines():
        cards = gathered.of_line(key)
        if cards:
            blocks += [
                heading(government.lines()[key].name[lang]),
                *part.sides(cards, lang, TRENDS)[1:],
                *part.told_first(
                    [(gathered.name(key, lang), card) for key, card in cards.items()],
                    lang,
                    "institution",
                ),
            ]
    blocks += [
        page_break(),
        *part.how_counted(gathered, lang),
        page_break(),
        *_annexes(gathered, lang),
    ]
    return _paper(gathered, lang, "parliament", blocks)


def county(gathered: Gathered, lang: str, code: int, quarters: tuple[Quarter, ...] = ()) -> Paper:
    """A county's government and corporations, its services, its quarters, and all governments by
    side; `quarters` are the government's."""
    held = gathered.governments[code]
    cards = gathered.of_county(code)
    governments = {
        one.id: gathered.found.cards[one.id]
        for one in gathered.governments.values()
        if one.id in gathered.found.cards
    }
    blocks: list[Block] = [
        *(
            block
            for key, card in cards.items()
            for block in (heading(gathered.name(key, lang)), part.every_figure(card, lang))
        ),
        *_services(gathered, lang, held.id),
        *_quarters(quarters, lang),
        *part.sides(governments, lang, TRENDS, "others"),
        *part.maps(gathered, lang, part.mapped(gathered)[:1], width=70),
        note(says(lang, "no_rank")),
    ]
    return _paper(gathered, lang, "county", blocks, county=held.county)


FIRST_JUDGED = tuple(name for name in FIRST if name in standards())
NATIONAL: Mapping[str, Callable[[Gathered, str], Paper]] = {
    "scorecard": scorecard, "summit": summit, "parliament": parliament, "cabinet": cabinet,
}  # fmt: skip
"""The papers of the whole country by name."""


def decisions(gathered: Gathered, lang: str) -> list[str]:
    """What waits for a decision: what this period shows, then what is a setting until decided."""
    up = [one for one in gathered.lines if not one.signatory.to]
    missing = [one for one in up if one.state is not State.GONE_UP]
    late = sum(one.days_late > 0 for one in missing)
    cards = gathered.found.cards.values()
    unmeasured = sum(card.tier("satisfaction") is Tier.NOT_MEASURED for card in cards)
    found = [] if gathered.frozen_on else [says(lang, "freeze")]
    key = "missing" if missing else "all_up"
    found.append(says(lang, key, n=len(missing), of=len(up), late=late))
    if gathered.unanswered:
        found.append(says(lang, "contests", n=gathered.unanswered))
    if unmeasured:
        found.append(says(lang, "frames", n=unmeasured, of=len(cards)))
    return [*found, says(lang, "verified"), says(lang, "standards")]


def below(gathered: Gathered, lang: str, cards: Mapping[str, Scorecard]) -> list[Block]:
    """Who stands below a standard, by name; whoever finds no room is counted."""
    told = []
    for key, card in cards.items():
        under = [name for name in standards() if card.tier(name) is Tier.BELOW]
        if under:
            what = ", ".join(part.name_of(name, lang).lower() for name in under[:FIGURES_BELOW])
            what += f" (+{len(under) - FIGURES_BELOW})" if len(under) > FIGURES_BELOW else ""
            told.append(says(lang, "below_words", who=gathered.name(key, lang), what=what))
    if not told:
        return [text(says(lang, "none_below"))]
    left = len(told) - NAMED_BELOW
    more = [text(says(lang, "more_below", n=left))] if left > 0 else []
    return [points(told[:NAMED_BELOW]), *more]


def _paper(
    gathered: Gathered, lang: str, name: str, blocks: list[Block], *, small: bool = False,
    county: str = "",
) -> Paper:  # fmt: skip
    day = on_day(gathered.frozen_on or gathered.matures_on, lang)
    key = "final" if gathered.frozen_on else "provisional"
    foot = " ".join((says(lang, "owner", owner=gathered.owner), says(lang, "no_cases")))
    return Paper(
        name, lang, PAPERS[lang][name].format(county=county), gathered.period.label,
        says(lang, key, day=day), foot, says(lang, "simulated") if gathered.simulated else "",
        (*blocks, note(says(lang, "small"))), small,
    )  # fmt: skip


def _quarters(quarters: Sequence[Quarter], lang: str, names: Sequence[str] = TRENDS) -> list[Block]:
    """The first figures over the quarters, of which two at least were measured."""
    drawn = [charts_of.trend(quarters, name, lang, name) for name in names]
    return part.trends(quarters, [one for one in drawn if one.measured > 1], lang)


def _lines(gathered: Gathered, lang: str) -> list[Block]:
    """Every line with who signs it and whether it has gone up."""
    rows = []
    for key, line in government.lines().items():
        up = [one for one in gathered.lines if one.signatory.line.key == key]
        if not up:
            continue
        whole = [one for one in up if one.signatory.whole]
        rows.append([
            line.name[lang], line.signs_words[lang], str(len(gathered.of_line(key))),
            _state(whole[0], lang) if whole else says(
                lang, "up_of", up=sum(one.state is State.GONE_UP for one in up), of=len(up)
            ),
        ])  # fmt: skip
    heads = [says(lang, key) for key in ("line", "signs", "bodies", "state")]
    return [table(heads, rows, left=(1, 3))]


def _state(status: Status, lang: str) -> str:
    sent = status.sheet.sent_at if status.sheet and status.state is State.GONE_UP else None
    day = on_day(sent.astimezone(NAIROBI).date(), lang) if sent else ""
    said = says(lang, status.state, day=day)
    return f"{said}, {says(lang, 'late', n=status.days_late)}" if status.days_late else said


def _annexes(gathered: Gathered, lang: str) -> Iterator[Block]:
    number = 0
    yield text(says(lang, "annex_words"))
    for sector, names in gathered.sectors.items():
        cards = gathered.of_sector(sector)
        if not cards:
            continue
        number += 1
        yield heading(says(lang, "annex", n=number, name=names[lang]))
        for key, card in cards.items():
            yield heading(gathered.name(key, lang), 3)
            yield part.every_figure(card, lang)


def _services(gathered: Gathered, lang: str, institution: str) -> Iterator[Block]:
    """The government's services that have anything to read."""
    tables = gathered.found.tables.get(institution, {})
    found = {
        key: card
        for key, card in tables.get(Dimension.SERVICE, {}).items()
        if any(row_of(card, name, lang)[3] for name in TRENDS)
    }
    if not found:
        return
    called = [(gathered.names.value(Dimension.SERVICE, key)[lang], key) for key in found]
    yield heading(says(lang, "services"))
    yield from part.told_first(
        [(name, found[key]) for name, key in sorted(called)], lang, "service"
    )
