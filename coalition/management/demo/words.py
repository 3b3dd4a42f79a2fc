"""The cast's own texts: each its own, for X punishes texts that are alike."""

from typing import Final

OPENINGS: Final = {
    "nl": (
        "Vandaag trekken wij de deur achter ons dicht.",
        "Dit is ons laatste bericht op deze plek.",
        "Elf jaar stonden we hier; nu gaan we verder.",
        "We pakken onze koffers, zonder spijt.",
        "Hier wordt het stil, elders beginnen we opnieuw.",
        "Ons gesprek verhuist, en jij mag mee.",
        "Tijd om te gaan: dit huis is het onze niet meer.",
        "Wij nemen afscheid van een plein dat geen plein meer is.",
    ),
    "fr": (
        "Aujourd’hui, nous fermons cette porte.",
        "Voici notre dernier message ici.",
        "Après tant d’années, nous prenons le large.",
        "Nos valises sont prêtes, sans regrets.",
        "Ici le silence, ailleurs un nouveau départ.",
        "Notre conversation déménage, venez avec nous.",
    ),
    "de": (
        "Heute schließen wir diese Tür.",
        "Dies ist unser letzter Beitrag hier.",
        "Unser Gespräch zieht um, kommt mit.",
    ),
}
REASONS: Final = {
    "nl": (
        "Wie haat beloont, krijgt onze stem niet.",
        "Onze vrijwilligers verdienen een plek zonder scheldpartijen.",
        "Feiten verdronken er in lawaai, en dat lawaai werd betaald.",
        "Mensenrechten zijn geen reclame-inkomsten.",
        "Wij willen gehoord worden door buren, niet door robots.",
        "Zorg vraagt rust, en rust was hier niet meer te vinden.",
        "Een gesprek begint met luisteren; dat ging hier niet meer.",
    ),
    "fr": (
        "La haine n’aura pas notre voix.",
        "Nos bénévoles méritent mieux que des insultes.",
        "Les faits s’y noyaient dans le vacarme.",
        "Nous voulons parler à des voisins, pas à des robots.",
        "Débattre, c’est d’abord écouter.",
    ),
    "de": (
        "Wer Hass belohnt, bekommt unsere Stimme nicht.",
        "Unsere Ehrenamtlichen verdienen einen besseren Ort.",
        "Fakten gingen hier im Lärm unter.",
    ),
}
CLOSINGS: Final = {
    "nl": (
        "{name} vind je voortaan op Bluesky 🌻",
        "Zoek {name} daar waar de lucht blauwer is.",
        "Tot aan de overkant. Groeten van {name}.",
        "{name} blijft schrijven, alleen niet meer hier.",
        "Kom je mee? {name} zet de koffie klaar ☕",
    ),
    "fr": (
        "Retrouvez {name} sur Bluesky 🌻",
        "{name} continue d’écrire, mais plus ici.",
        "À bientôt de l’autre côté. {name}",
        "Cherchez {name} là où le ciel est plus bleu.",
    ),
    "de": (
        "{name} findet ihr ab jetzt auf Bluesky 🌻",
        "{name} schreibt weiter, nur nicht mehr hier.",
    ),
}
ARRIVALS: Final = {
    "nl": "Hallo Bluesky! {name} is er, samen met heel {coalition}. "
    "Onze site: https://{domain} #samenweg 🌻",
    "fr": "Bonjour Bluesky ! {name} est là, avec toute la coalition {coalition}. "
    "Notre site : https://{domain} #ensemble 🌻",
    "de": "Hallo Bluesky! {name} ist da, gemeinsam mit {coalition}. "
    "Unsere Seite: https://{domain} #gemeinsam 🌻",
}


def farewell(name: str, language: str, number: int) -> str:
    """A farewell of its own: another opening, reason and closing for each number."""
    openings, reasons, closings = OPENINGS[language], REASONS[language], CLOSINGS[language]
    return " ".join(
        (
            openings[number % len(openings)],
            reasons[(number // len(openings) + number) % len(reasons)],
            closings[(number * 3 + number // len(reasons)) % len(closings)].format(name=name),
        )
    )


def arrival(name: str, language: str, coalition: str, domain: str) -> str:
    """An announcement on Bluesky, with a link and a tag."""
    return ARRIVALS[language].format(name=name, coalition=coalition, domain=domain)
