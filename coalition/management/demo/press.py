"""The demo's press kit: what journalists would get at T, of people who don't exist."""

from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from coalition.management.demo.cast import CAST, COALITION, DOMAIN, Word
from coalition.management.demo.stage import DAY, Stage
from coalition.press.actions import Contact, Words, add_logo, hand_out, keep_kit
from coalition.press.approval import Wording
from coalition.press.queries import sha256_of
from coalition.press.quoting import approve_quote, write_quote
from coalition.press.states import Paper

STATEMENT: Final = {
    "nl": Words(
        "Vandaag gaan wij samen weg van X",
        "Op hetzelfde uur namen onze organisaties vandaag afscheid van X.\n\n"
        "Niemand gaat graag als eerste, en niemand graag alleen. Daarom gingen we samen.\n\n"
        "Wie ons volgde, vindt ons op Bluesky. Elke nieuwe naam is nagekeken.",
    ),
    "fr": Words(
        "Aujourd’hui nous quittons X ensemble",
        "À la même heure, nos organisations ont fait aujourd’hui leurs adieux à X.\n\n"
        "Personne n’aime partir le premier, ni seul. Nous sommes donc partis ensemble.\n\n"
        "Qui nous suivait nous trouve sur Bluesky. Chaque nouveau nom a été vérifié.",
    ),
    "de": Words(
        "Heute verlassen wir X gemeinsam",
        "Zur selben Stunde haben sich unsere Organisationen heute von X verabschiedet.\n\n"
        "Niemand geht gern als Erster und niemand gern allein. Darum gingen wir zusammen.\n\n"
        "Wer uns folgte, findet uns auf Bluesky. Jeder neue Name ist geprüft.",
    ),
    "en": Words(
        "Today we leave X together",
        "At the same hour today our organisations said farewell to X.\n\n"
        "Nobody likes to go first, and nobody likes to go alone. So we went together.\n\n"
        "Who followed us finds us on Bluesky. Every new name has been checked.",
    ),
}
QUOTES: Final = (
    (
        "Mira Verzonnen",
        Wording("voorzitter", "Alleen gaan is een gebaar. Samen gaan is een besluit."),
        Wording("présidente", "Partir seul est un geste. Partir ensemble est une décision."),
    ),
    (
        "Jonas Denkbeeld",
        Wording("directeur", "Wij zwijgen niet, wij verhuizen."),
        Wording("directeur", "Nous ne nous taisons pas, nous déménageons."),
    ),
    (
        "Léa Fictive",
        Wording("woordvoerder", "Onze lezers verdienen een plek zonder ruis."),
        Wording("porte-parole", "Nos lecteurs méritent un lieu sans bruit."),
    ),
)


def brief_the_press(stage: Stage) -> None:
    """Two quotes are approved, the third still waits; one link is out."""
    boss, now = stage.coordinators[0], stage.now
    kit = keep_kit(
        stage.campaign,
        words=STATEMENT,
        public_at=None,
        contact=Contact(str(boss), f"pers@{DOMAIN}", "+32 2 555 01 23"),
        actor=boss,
        now=now - 2 * DAY,
    )
    firm = [one for one in CAST if one.word is Word.FIRM and one.name in stage.approvers]
    for number, (player, (speaker, nl, fr)) in enumerate(zip(firm, QUOTES, strict=False)):
        quote = write_quote(
            kit,
            None,
            organisation=stage.organisations[player.name],
            speaker=speaker,
            words={"nl": nl, "fr": fr},
            actor=boss,
            now=now - 2 * DAY,
        )
        if number < len(QUOTES) - 1:
            shown = sha256_of(quote)
            approve_quote(quote, shown=shown, actor=stage.approvers[player.name], now=now - DAY)
    for paper, ink in ((Paper.LIGHT, "#15202b"), (Paper.DARK, "#fbf9f4")):
        add_logo(
            kit,
            name=f"{COALITION} ({paper.label})",
            paper=paper,
            upload=_logo(ink),
            actor=boss,
            now=now - DAY,
        )
    hand_out(kit, given_to="De Verzonnen Krant", actor=boss, now=now - DAY)


def _logo(ink: str) -> bytes:
    """Dots of those who leave, and one that has left."""
    image = Image.new("RGBA", (960, 360), "#00000000")
    pen = ImageDraw.Draw(image)
    for number in range(5):
        box = (60 + 170 * number, 110, 200 + 170 * number, 250)
        pen.ellipse(box, fill=ink if number == 0 else None, outline=ink, width=18)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
