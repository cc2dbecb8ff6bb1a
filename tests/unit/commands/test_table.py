"""What a message is: every shape of text in every situation, by the one table of precedence."""

import pytest

from feedback_service.conversations.commands import (
    MOST_MESSAGES,
    TABLE,
    Mine,
    Stage,
    Waiting,
    decide,
    line_of,
)
from tests.unit.commands.person import (
    CASES,
    FOREIGN,
    KNOWN,
    SHAPES,
    SITUATIONS,
    WORDS,
    A,
)

# One line a shape, one column a situation: what the message is.
MATRIX = """
              stranger  cases     today     minutes   listed    solved?   words?    rate?     rate-late step      flood     picture
STOP          stop      stop      stop      stop      stop      stop      stop      stop      stop      stop      stop      stop
HELP          help      help      help      help      help      help      help      help      help      help      help      help
ENGLISH       language  language  language  language  language  language  language  language  language  language  language  language
greeting      menu      menu      menu      menu      menu      menu      menu      menu      menu      menu      menu      menu
WHO-ref       who       who       who       who       who       who       who       who       who       who       who       who
COUNTED-ref   counted   counted   counted   counted   counted   counted   counted   counted   counted   counted   counted   counted
MYDATA        mydata    mydata    mydata    mydata    mydata    mydata    mydata    mydata    mydata    mydata    mydata    mydata
NIFUTE        forget    forget    forget    forget    forget    forget    forget    forget    forget    forget    forget    forget
NIFUTE-NDIYO  forget-yes forget-yes forget-yes forget-yes forget-yes forget-yes forget-yes forget-yes forget-yes forget-yes forget-yes forget-yes
own-ref       status    status    status    status    pick      status    status    status    status    status    status    status
ref-SMS       hush      hush      hush      hush      hush      hush      hush      hush      hush      hush      hush      hush
ref-APPEAL    appeal    appeal    appeal    appeal    appeal    appeal    appeal    appeal    appeal    appeal    appeal    appeal
ref-WITHDRAW  withdraw  withdraw  withdraw  withdraw  withdraw  withdraw  withdraw  withdraw  withdraw  withdraw  withdraw  withdraw
quiet-secret  secret    secret    secret    secret    secret    secret    secret    secret    secret    secret    secret    secret
answered-NO   not-theirs verdict  verdict   verdict   verdict   verdict   verdict   verdict   verdict   verdict   not-theirs verdict
answered-YES  not-theirs verdict  verdict   verdict   verdict   verdict   verdict   verdict   verdict   verdict   not-theirs verdict
open-NO       not-theirs add      add       add       add       add       add       add       add       add       not-theirs add
own-ref-words complaint add       add       add       add       add       add       add       add       add       set-aside add
foreign-ref   status    status    status    status    status    status    status    status    status    status    status    status
foreign-words not-theirs not-theirs not-theirs not-theirs not-theirs not-theirs not-theirs not-theirs not-theirs not-theirs not-theirs not-theirs
mistyped      status    status    status    status    status    status    status    status    status    status    status    status
identity-card complaint complaint which     add       which     which     add       which     complaint step      set-aside which
2             nothing   verdict   verdict   verdict   pick      verdict   add       rating    rating    step      nothing   verdict
5             nothing   nothing   nothing   nothing   pick      nothing   add       rating    rating    step      nothing   nothing
YES           nothing   verdict   verdict   verdict   pick      verdict   add       nothing   verdict   step      nothing   verdict
yes-but       complaint complaint which     add       which     verdict   add       which     complaint step      set-aside which
NO            nothing   verdict   verdict   verdict   pick      verdict   add       nothing   verdict   step      nothing   verdict
NO-words      complaint complaint which     add       which     verdict   add       which     complaint step      set-aside which
thanks        thanks    thanks    thanks    thanks    thanks    verdict   add       thanks    thanks    step      thanks    thanks
service       card      card      card      card      card      card      add       card      card      step      card      card
poster        card      card      card      card      card      card      add       card      card      step      card      card
words         complaint complaint which     add       which     which     add       which     complaint step      set-aside which
other-office  complaint complaint complaint which     complaint complaint add       complaint complaint step      set-aside complaint
grave         complaint complaint complaint add       complaint complaint add       complaint complaint step      complaint complaint
empty         help      help      help      help      help      help      help      help      help      help      help      enclosed
"""  # noqa: E501 - a table is read across
_HEAD, *_ROWS = [row.split() for row in MATRIX.strip().splitlines()]
PAIRS = [
    (shape, situation, kind)
    for shape, *kinds in _ROWS
    for situation, kind in zip(_HEAD, kinds, strict=True)
]


def test_the_matrix_names_every_shape_and_every_situation():
    assert list(SITUATIONS) == _HEAD
    assert list(SHAPES) == [row[0] for row in _ROWS]


@pytest.mark.parametrize(("shape", "situation", "kind"), PAIRS)
def test_every_shape_in_every_situation_is_one_thing(shape, situation, kind):
    assert decide(SHAPES[shape], SITUATIONS[situation], KNOWN).kind.value == kind


def test_every_line_of_the_table_claims_something():
    """A line that nothing reaches stands below one that takes all it was written for."""
    more = [
        line_of(text, waiting, KNOWN)[0]
        for text, waiting in [
            ("START", Waiting()),
            ("1234 5678 903", Waiting()),
            (WORDS, Waiting(written=MOST_MESSAGES)),
            (WORDS, Waiting(cases=CASES, said={WORDS.lower(): A})),
            ("", Waiting(enclosed=True)),
            ("Kesi yangu iko wapi?", Waiting(cases=CASES)),
            ("no", Waiting(cases=(*CASES, Mine(FOREIGN, Stage.ANSWERED)))),
        ]
    ]
    reached = [line_of(SHAPES[s], SITUATIONS[w], KNOWN)[0] for s, w, _ in PAIRS]
    assert [line for line in TABLE if line not in [*reached, *more]] == []


def test_the_table_reads_as_sentences():
    assert all(line.message and line.when and line.does for line in TABLE)
    assert TABLE[-1].message == "anything else"
    assert len({(line.message, line.when) for line in TABLE}) == len(TABLE)
