"""The demo's cast. Fictional on purpose: showing a real NGO as declined would be false."""

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final


class Word(Enum):
    """What an organisation of the cast answers."""

    FIRM = auto()
    CONDITIONAL = auto()
    ALREADY_LEFT = auto()
    LEFT_EARLY = auto()
    UNDECIDED = auto()
    DECLINED = auto()
    WITHDREW = auto()
    SILENT = auto()
    LEFT_COALITION = auto()


class Case(Enum):
    """What a row carries beyond its word."""

    DOMAIN_HANDLE = auto()
    AT_LEAST_20 = auto()
    TWO_NAMED = auto()
    WAITS_FOR_ZAAD = auto()
    ONE_STAYS = auto()
    AFTER_THE_FREEZE = auto()
    NO_BLUESKY = auto()
    SQUATTED = auto()
    REPORTS_LINK = auto()
    SUSPENDED = auto()
    BLUESKY_LOST_ANSWER = auto()
    X_DUPLICATE = auto()
    TOO_ALIKE = auto()
    LATE_BOARD = auto()
    TWO_LANGUAGES = auto()
    NAMESAKE = auto()
    HANDLE_CHANGES = auto()
    COUNTED_ONLY = auto()


@dataclass(frozen=True, slots=True)
class Player:
    """One organisation or person of the cast."""

    name: str
    language: str
    word: Word = Word.FIRM
    direct_on_x: bool = False
    case: Case | None = None
    kind: str = "ngo"
    independent: bool = False
    slug: str = field(default="", compare=False)


COALITION: Final = "Koepel Voorbeeld"
DOMAIN: Final = "koepelvoorbeeld.example"

LEAVING: Final = (
    Player("De Denkbeeldige Waterput", "nl", direct_on_x=True, case=Case.DOMAIN_HANDLE),
    Player("Fonds Stilgezet Uurwerk", "nl", Word.CONDITIONAL, case=Case.AT_LEAST_20),
    Player("Zaad & Schaduw vzw", "nl", Word.CONDITIONAL, case=Case.TWO_NAMED),
    Player("Les Jardins Imaginaires", "fr", Word.CONDITIONAL, case=Case.WAITS_FOR_ZAAD),
    Player("Wolkenkoor Solidair", "nl", direct_on_x=True, case=Case.ONE_STAYS),
    Player("Grenzgarten e.V.", "de", case=Case.AFTER_THE_FREEZE),
    Player("Papieren Brug", "nl", case=Case.NO_BLUESKY),
    Player("Studio Meervoud-Voorbeeld", "nl", case=Case.SQUATTED),
    Player("Lampadaire Sans Fil", "fr", case=Case.REPORTS_LINK),
    Player("Moestuin Maandag", "nl", case=Case.SUSPENDED),
    Player("Atelier du Futur Inventé", "fr", direct_on_x=True, case=Case.BLUESKY_LOST_ANSWER),
    Player("Nachtbus Naar Morgen", "nl", direct_on_x=True, case=Case.X_DUPLICATE),
    Player("Honderd Stoelen vzw", "nl", case=Case.TOO_ALIKE),
    Player("Stemmen Uit De Verte", "nl", direct_on_x=True, case=Case.TWO_LANGUAGES),
    Player("Koepel Voorbeeld-Sud", "fr", case=Case.NAMESAKE),
    Player("Koepel Voorbeeld", "nl", direct_on_x=True),
    Player("Postduif Collectief", "nl", case=Case.HANDLE_CHANGES),
    Player("Sterrenwacht Samen", "nl"),
    Player("Onzichtbare Bibliotheek", "nl", case=Case.COUNTED_ONLY),
    Player("Het Gedeelde Dak", "nl", Word.CONDITIONAL),
    Player("La Rivière Empruntée", "fr", Word.CONDITIONAL),
    Player("Kruispunt van Stemmen", "nl", direct_on_x=True),
    Player("Solidarité Sans Adresse", "fr", direct_on_x=True),
    Player("Werkplaats Overmorgen", "nl", direct_on_x=True),
    Player("Buurtkeuken De Pollepel", "nl"),
    Player("Les Semeurs du Mardi", "fr"),
    Player("Tafel Zonder Hoofd", "nl"),
    Player("Windmolen & Vrienden", "nl"),
    Player("Maison des Mille Portes", "fr"),
    Player("Vuurtoren Fictegem", "nl"),
    Player("Brücke ins Blaue", "de"),
    Player("Fietsers voor Elders", "nl"),
    Player("Le Pain et la Lune", "fr"),
)
OTHERS: Final = (
    Player("Vredesfluit Fictief", "nl", Word.ALREADY_LEFT),
    Player("Stille Haven", "nl", Word.ALREADY_LEFT),
    Player("Comptoir des Absents", "fr", Word.ALREADY_LEFT),
    Player("Ontmoetingshuis Allemansend", "nl", Word.ALREADY_LEFT),
    Player("Kompas Zonder Noorden", "nl", Word.LEFT_EARLY),
    Player("Ooievaar & Zonen Fonds", "nl", Word.UNDECIDED, case=Case.LATE_BOARD),
    Player("Lentefonds Misschien", "nl", Word.UNDECIDED),
    Player("Peut-être Demain asbl", "fr", Word.UNDECIDED),
    Player("Raad van Gisteren", "nl", Word.UNDECIDED),
    Player("Netwerk Wikken en Wegen", "nl", Word.UNDECIDED),
    Player("Forum Deux Avis", "fr", Word.UNDECIDED),
    Player("Zwischenzeit e.V.", "de", Word.UNDECIDED),
    Player("Platform Straks", "nl", Word.UNDECIDED),
    Player("Trommelkring Blijft", "nl", Word.DECLINED),
    Player("Les Irréductibles du Fil", "fr", Word.DECLINED),
    Player("Kanaal Kansrijk", "nl", Word.DECLINED),
    Player("Megafoon vzw", "nl", Word.DECLINED),
    Player("Reste Encore asbl", "fr", Word.DECLINED),
    Player("Debatclub De Draad", "nl", Word.DECLINED),
    Player("Rode Draad Voorbeeld", "nl", Word.WITHDREW, direct_on_x=True),
    Player("Het Glazen Dak", "nl", Word.WITHDREW),
    Player("Onbeantwoord vzw", "nl", Word.SILENT),
    Player("Boîte Aux Lettres Vide", "fr", Word.SILENT),
    Player("Zomerkamp Eeuwig", "nl", Word.SILENT),
    Player("Muziek Zonder Muren", "nl", Word.SILENT),
    Player("Le Quai des Songes", "fr", Word.SILENT),
    Player("Stilte Na De Storm", "nl", Word.SILENT),
    Player("Tweede Lente vzw", "nl", Word.LEFT_COALITION, direct_on_x=True),
)
INDEPENDENTS: Final = (
    Player("Mira Voorbeeld-Claes", "nl", kind="person", independent=True),
    Player("Joost Fictief", "nl", kind="person", independent=True),
    Player("Amélie Imaginaire", "fr", kind="person", independent=True),
    Player("Omroep Nergens", "nl", kind="media", independent=True),
    Player("Mutualiteit Morgenrood-Voorbeeld", "nl", kind="other", independent=True),
    Player("Repaircafé Tweede Adem", "nl", independent=True),
    Player("Bibliothèque du Vent", "fr", independent=True),
)
CAST: Final = (*LEAVING, *OTHERS, *INDEPENDENTS)

CALL: Final = {
    "nl": (
        "Samen weg van X",
        "Op één dag, op één uur vertrekken we samen. Volg ons waar het gesprek wél open is.",
        (
            "Een plein waar haat wordt beloond is geen plein meer. Wij gaan, samen, "
            "en we nemen het gesprek mee."
        ),
        "Waarom vertrekken jullie? Wat neem je mee, en waar vinden mensen je voortaan?",
    ),
    "fr": (
        "Ensemble, loin de X",
        "Un jour, une heure, et nous partons ensemble. Suivez-nous là où la parole reste ouverte.",
        (
            "Une place où la haine est récompensée n’est plus une place publique. "
            "Nous partons, ensemble."
        ),
        "Pourquoi partez-vous ? Qu’emportez-vous, et où vous retrouvera-t-on ?",
    ),
    "de": (
        "Gemeinsam weg von X",
        (
            "An einem Tag, zu einer Stunde gehen wir gemeinsam. "
            "Folgt uns dorthin, wo das Gespräch offen ist."
        ),
        "Ein Platz, auf dem Hass belohnt wird, ist kein Platz für alle. Wir gehen, gemeinsam.",
        "Warum geht ihr? Was nehmt ihr mit, und wo findet man euch?",
    ),
    "en": (
        "Away from X, together",
        "One day, one hour, and we leave together. Follow us where the conversation is open.",
        "A square that rewards hatred is no public square. We are leaving, together.",
        "Why do you leave? What do you take along, and where will people find you?",
    ),
}
