"""What of a citizen's words an institution's desk does not read: labelled texts, in the ways
people write in English, Kiswahili and Sheng.  No number and no name here is anybody's."""

import pytest

from feedback_service.redress.masking import masked_words

MASKED = [
    # telephone numbers
    ("Call me on 0712345678 please", "Call me on […78] please"),
    ("nipigie +254 712 345 678", "nipigie […78]"),
    ("number ya boss ni 0722-123-456", "number ya boss ni […56]"),
    ("Afisi 020 2270000 haishiki", "Afisi […00] haishiki"),
    ("Piga 0712 - 345 - 678 au 0722/345/678", "Piga […78] au […78]"),
    ("0712,345,678 or 0712_345_678", "[…78] or […78]"),
    ("my number is 712 345 678", "my number is […78]"),
    # identity papers
    ("My ID is 23456789", "My ID is […89]"),
    ("ID no. 23456789, sijapata", "ID no. […89], sijapata"),
    ("Kitambulisho changu ni 3456789", "Kitambulisho changu ni […89]"),
    ("kipande namba 23 456 789", "kipande namba […89]"),
    ("kipa yangu ni 23456789 bado", "kipa yangu ni […89] bado"),
    ("national id number: 23456789.", "national id number: […89]."),
    ("Passport AK1234567 was lost", "Passport […67] was lost"),
    ("PIN yangu A012345678Z imefungwa", "PIN yangu […8Z] imefungwa"),
    ("Nilileta 23456789 na picha", "Nilileta [ID …89] na picha"),
    ("ID23456789 imepotea, IDNO23456789", "ID[…89] imepotea, IDNO[…89]"),
    ("Huduma number 12345678901", "Huduma number […01]"),
    # addresses
    ("write to mary.w@example.com now", "write to […@…] now"),
    ("mary(at)example.co.ke", "[…@…]"),
    # who they say they are
    ("My name is Mary Wanjiku from Kibra", "My name is […] from Kibra"),
    ("my name is mary wanjiku and i want my id", "my name is […] and i want my id"),
    ("My names are John Otieno Ouma, I paid", "My names are […], I paid"),
    ("I am called Halima. Nobody helps", "I am called […]. Nobody helps"),
    ("Naitwa Otieno kutoka Kisumu", "Naitwa […] kutoka Kisumu"),
    ("naitwa brayo natoka kayole", "naitwa […] natoka kayole"),
    ("Mimi naitwa Amina Hassan na sijapata kitambulisho",
     "Mimi naitwa […] na sijapata kitambulisho"),
    ("Jina langu ni Kiptoo, mkazi wa Eldoret", "Jina langu ni […], mkazi wa Eldoret"),
    ("jina yangu ni shiro wa githu", "jina yangu ni […] wa githu"),
    ("Majina yangu ni Grace Achieng Odhiambo", "Majina yangu ni […]"),
    ("Jina langu: Lilian", "Jina langu: […]"),
    ("Jina langu Wanjiru, nasubiri", "Jina langu […], nasubiri"),
    ("Hakuna jibu. Asante, Jane Wanjiku", "Hakuna jibu. Asante, […]"),
    ("Wananiita Kevo, nko Embakasi", "Wananiita […], nko Embakasi"),
    ("I am Mary Wanjiku and I paid", "I am […] and I paid"),
    ("This is Peter Mwangi from Nakuru", "This is […] from Nakuru"),
    ("Mimi ni Fatuma Ali wa Mombasa", "Mimi ni […] wa Mombasa"),
    ("mimi ni juma hamisi mwenye kitambulisho 23456789",
     "mimi ni […] mwenye kitambulisho […89]"),
    ("i am jane atieno of id 23456789", "i am […] of id […89]"),
    ("Name: Peter Kamau\nID: 23456789", "Name: […]\nID: […89]"),
    ("Nothing was done. Yours faithfully, Jane Atieno", "Nothing was done. Yours faithfully, […]"),
    ("Saidieni. Wako mwaminifu Hamisi Juma.", "Saidieni. Wako mwaminifu […]."),
]  # fmt: skip
LEFT = [
    "The ID card I paid for has not come.",
    "My case 10000009 is late",
    "Nimelipa 1500000 shillings kwa cheti",
    "Nililipa Ksh 2500000 kwa ardhi",
    "Application number 12345678 is not in the system",
    "risiti namba 7654321 imepotea",
    "Meter no 12345678 imezimwa",
    "Mr Kamau at window 3 asked for money",
    "Officer Peter Kamau refused to serve me",
    "Mimi ni mkulima wa chai kutoka Kericho",
    "I am a widow with three children",
    "I am very angry about this",
    "Mimi ni mama wa watoto watatu",
    "Nilienda tarehe 12.03.2026 saa 8:30",
    "I have waited since 2023, the clerk is called Otieno",
    "Tunaomba msaada. Asante sana",
    "ASANTE SANA KWA HUDUMA",
    "My name is wrong on the birth certificate",
    "my name is misspelt and missing from the list",
    "Jina langu limekosewa kwenye cheti",
    "jina langu halipo kwenye mfumo",
    "majina yamebadilishwa kwenye kitabu",
    "I went on 12-11-2026 9am and on 07-12-2026 10:30",
    "Nilienda 07/12/2026 10 na 02.11.2026 9",
    "",
]


@pytest.mark.parametrize(("typed", "read"), MASKED)
def test_what_tells_who_they_are_is_masked(typed: str, read: str) -> None:
    assert masked_words(typed) == read


@pytest.mark.parametrize("typed", LEFT)
def test_what_the_case_is_about_stays(typed: str) -> None:
    assert masked_words(typed) == typed


@pytest.mark.parametrize(("typed", "read"), MASKED)
def test_masking_again_changes_nothing(typed: str, read: str) -> None:
    assert masked_words(masked_words(typed)) == read


def test_a_long_text_is_masked_at_once() -> None:
    """No pattern may take longer than the text is long: the desk masks fifty texts a page."""
    import time

    text = "my name is " * 300 + "1 " * 2000 + "id no " * 500 + "a.b" * 700
    began = time.process_time()
    masked_words(text)
    assert time.process_time() - began < 0.5
