"""What a person finds in a pack before anything else: how to read it, in both languages, and what
each indicator counts and leaves out."""

from analytics.indicators import DEFINITIONS
from analytics.methods import chosen, versions_in_use

README, FORMULAS = "README.txt", "formulas.json"

_WORDS = """\
EVIDENCE PACK

What a frozen figure was made of.  `feedback verify PACK.zip` makes every figure again from the
records in here, on any machine, without the service's database, and names the first difference.

manifest.json   what this pack is of, and the SHA-256 of every file; manifest.sig: its signature
period.json     the signed statement of the whole period: versions, heads of the chains, the root of
                the tree of answers, and a hash for every institution; period.sig: its signature
figures.json    the figures: value, 95 % interval (low, high), n, what was left out, version
formulas.json   what each indicator counts and leaves out, and the versions of all methods
In the full edition also:
stated.json     cohort and other inputs that no record proves (calls, flags, frame, versions)
ratings.csv     each counted rating: no person, no time of day; `row` says nothing outside this pack
cases.csv       each case of the cohort, without words or names
events.csv      what was done to each case, redacted; every line carries the hash of the one before
heads.csv       the last hash of each history, in this pack (hash) and in the service (sealed)
leaves.txt      hashes of all answers and of some that stand for nobody: none tells who or what
Of a year: the packs of its quarters, FY...-Q1.zip to FY...-Q4.zip, in place of the records;
FY...-Q1.json and .sig: the statement of a quarter in which there was no such institution

Signatures are Ed25519; compare the key with the one on the page of the frozen period.

PAKITI YA USHAHIDI

Takwimu iliyofungwa ilitokana na nini.  `feedback verify PACK.zip` huhesabu tena kila takwimu kutoka
kumbukumbu zilizo humu, kwenye kompyuta yoyote, bila hifadhidata ya huduma, na hutaja tofauti ya
kwanza.

manifest.json   pakiti hii ni ya nini, na SHA-256 ya kila faili; manifest.sig: sahihi yake
period.json     taarifa ya kipindi chote iliyotiwa sahihi: matoleo, mwisho wa minyororo, mzizi wa
                mti wa majibu, na alama ya kila taasisi; period.sig: sahihi yake
figures.json    takwimu: thamani, kati ya (low, high) kwa asilimia 95, n, zilizoachwa nje, toleo
formulas.json   kila kipimo huhesabu nini na huacha nini, na matoleo ya njia zote
Katika toleo kamili pia:
stated.json     tarehe za kundi na mengine yasiyothibitishwa na kumbukumbu (simu, tahadhari, fremu)
ratings.csv     kila alama iliyohesabiwa: hakuna mtu, hakuna saa; `row` haina maana nje ya pakiti
cases.csv       kila kesi ya kundi, bila maneno wala majina
events.csv      yaliyofanywa kwa kila kesi, yamefichwa; kila mstari una alama ya uliotangulia
heads.csv       alama ya mwisho ya kila historia, humu (hash) na katika huduma (sealed)
leaves.txt      alama za majibu yote na nyingine zisizo za mtu: hakuna inayosema nani wala nini
Ya mwaka: pakiti za robo zake, FY...-Q1.zip hadi FY...-Q4.zip, badala ya kumbukumbu;
FY...-Q1.json na .sig: taarifa ya robo ambayo taasisi hii haikuwapo

Sahihi ni Ed25519; linganisha ufunguo na ule ulio kwenye ukurasa wa kipindi kilichofungwa.
"""


def read_me() -> bytes:
    return _WORDS.encode()


def formulas() -> object:
    """Every indicator's definition, and every method as it was in force."""
    return {
        "indicators": [DEFINITIONS[name] for name in sorted(DEFINITIONS)],
        "methods": {kind: chosen(kind) for kind in sorted(versions_in_use())},
    }
