"""Which language to answer in, learnt from a first message by its commonest small words."""

SWAHILI = frozenset(
    """
    na ya wa kwa ni la za cha vya si hii hiyo hapa huko yangu wangu langu yetu sisi mimi wewe
    nyinyi sana bado leo jana kesho tena pia lakini kama kuhusu tangu baada kabla mpaka hadi ama
    au je nini nani wapi lini gani naomba nataka tunataka tafadhali asante pesa hongo kazi maji
    umeme stima barabara shule hospitali polisi askari kitambulisho cheti siku wiki mwezi mwaka
    watu mtu mtoto hakuna hawana wanasema walisema nimeenda nimelipa nilienda niliambiwa
    wananiambia serikali acha simamisha anza msaada ndiyo ndio hapana buda maze manze poa gava doo
    ganji karao mtaa hii huku
    """.split()  # noqa: SIM905 - a list of this length is read as a text
)
"""Small and common words; Sheng is answered in Kiswahili."""


def guess_language(text: str) -> str:
    """`sw` when enough of the words are Kiswahili or Sheng, else `en`."""
    words = [word.strip(".,!?;:()'\"").lower() for word in text.split()]
    known = sum(word in SWAHILI for word in words)
    return "sw" if known and known * 5 >= len(words) else "en"
