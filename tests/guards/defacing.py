"""To deface a page, a letter or a file."""

from tests.guards.guard import Cut, Rows, out

IMAGING = "coalition/publishing/imaging.py"
COMPOSE = "coalition/publishing/compose.py"
ATTACHING = "coalition/publishing/attaching.py"
SHEET = "coalition/members/sheet.py"
TABLES = "coalition/members/tables.py"
SETTINGS = "coalition/settings.py"
LINES = "coalition/web/progress/lines.py"
SNAPSHOT = "coalition/progress/snapshot.py"
NO_FORMULA = (
    TABLES,
    'return f"\'{text}" if text.lstrip(" ").startswith(FORMULA) else text',
    "return text",
)
MANY_PIXELS = (
    IMAGING,
    "if width * height > MOST_PIXELS[kind] * 1_000_000:",
    "if False:",
)
EVERY_HOST = Cut(
    SETTINGS,
    'ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or [',
    'ALLOWED_HOSTS = ["*"] or [',
)
UNZIPPED = (
    SHEET,
    "large = sum(part.file_size for part in parts) > LARGEST_UNZIPPED",
    "large = False",
)

ROWS: Rows = {
    "markup in any text, in pages, JSON, CSV, Atom, iCalendar, pictures, previews and frames": [
        out(
            SETTINGS,
            '"OPTIONS": {\n            "context_processors": [',
            '"OPTIONS": {\n            "autoescape": False,\n            "context_processors": [',
            "test_no_word_of_anybody_becomes_markup_anywhere",
        ),
        out(*NO_FORMULA, "test_no_word_of_anybody_becomes_markup_anywhere"),
    ],
    "markup in a letter": [
        out(
            "templates/mail/letter.html",
            "{{ paragraph|linebreaksbr }}",
            "{{ paragraph|safe|linebreaksbr }}",
            "test_a_name_is_written_as_it_is_and_is_never_markup",
        ),
    ],
    "a link that is a script": [
        out(
            LINES,
            'return url if url.startswith(("https://", "http://")) and row.label in OUT else ""',
            'return url if row.label in OUT else ""',
            "test_evidence_is_never_a_script",
            "test_evidence_in_a_sheet_is_an_address_of_the_web",
        ),
    ],
    "characters that turn the line round or can't be seen": [
        out(
            "coalition/networks/text.py",
            r'r"[\p{Cf}\p{Cc}\u034F',
            r'r"[\u034F',
            "test_hidden_characters_are_found",
        ),
        out(
            SHEET,
            'unicodedata.category(letter) not in {"Cf", "Cc"}',
            "letter",
            "test_what_can_not_be_seen_does_not_make_a_name_another_one",
        ),
    ],
    "a file that is no list of members": [
        out(
            SHEET,
            'if "\\0" in text:',
            "if False:",
            "test_a_file_that_is_no_list_is_refused_in_one_sentence",
        ),
    ],
    "a file that is no picture: SVG, HTML, PDF, a signature alone, a name that lies": [
        out(
            IMAGING,
            ", formats=tuple(MOST_PIXELS))",
            ")",
            "test_what_is_no_picture_is_refused_in_a_sentence",
            also=[
                Cut(
                    IMAGING,
                    "MOST_PIXELS[kind] * 1_000_000:",
                    "MOST_PIXELS.get(kind, 25) * 1_000_000:",
                )
            ],
        ),
        out(
            IMAGING,
            "kind, (width, height) = str(image.format), image.size",
            'kind, (width, height) = "JPEG", image.size',
            "test_a_file_named_otherwise_is_what_its_bytes_say",
        ),
    ],
    "a picture that is small and becomes huge, or takes all memory": [
        out(
            *MANY_PIXELS,
            "test_a_small_file_of_very_many_pixels_is_refused_from_its_head[5001-5001]",
            "test_no_file_takes_more_memory_than_a_web_process_has_to_spare[a bomb]",
        ),
    ],
    "a picture with a script, a place or a second frame in it": [
        out(
            IMAGING,
            "        return _encoded(image, drawn=drawn)",
            '        return Made("image/png", *image.size, upload)',
            "test_what_hangs_behind_a_picture_does_not_come_along",
        ),
        out(
            IMAGING,
            "ImageOps.exif_transpose(image)",
            "image",
            "test_what_a_camera_wrote_beside_it_is_gone_and_it_stands_upright",
        ),
        out(  # a comment stays beside the pixels of a JPEG until they are copied: twice
            IMAGING,
            '    clean = Image.new("RGB", colours.size)\n    clean.paste(colours.convert("RGB"))\n',
            '    clean = colours.convert("RGB")\n',
            "test_what_a_camera_wrote_beside_it_is_gone_and_it_stands_upright",
            also=[
                Cut(
                    IMAGING,
                    '    flat = Image.new("RGB", image.size, _WHITE)\n'
                    '    flat.paste(image, mask=image if image.mode == "RGBA" else None)\n',
                    "    flat = image\n",
                )
            ],
        ),
        out(
            IMAGING,
            "    image.load()\n",
            '    image.seek(getattr(image, "n_frames", 1) - 1)\n    image.load()\n',
            "test_of_what_moves_the_first_frame_is_kept",
        ),
    ],
    "another picture, card or pin behind an approval": [
        out(
            COMPOSE,
            "[[one.sha256, one.alt] for one in pictures]",
            "None",
            "test_an_approval_is_bound_to_all_that_goes_along",
        ),
        *(
            out(
                COMPOSE,
                old,
                new,
                f"test_an_approval_is_bound_to_the_words_of_a_card_and_a_pin[{case}]",
            )
            for old, new, case in (
                ("[card.url, card", "[card", "url"),
                (" card.title, card.description]", " card.description]", "title"),
                (", card.description]", "]", "description"),
                ('found["pin"] = pin.line', 'found["pin"] = ""', "line"),
            )
        ),
        out(
            "coalition/networks/pictures.py",
            "if hashlib.sha256(content).hexdigest() != picture.sha256:",
            "if False:",
            "test_bytes_that_nobody_approved_are_never_brought",
        ),
    ],
    "another organisation's picture by its address": [
        out(
            "coalition/web/pledge/posts.py",
            "found = posts_of(here.organisation, here.asked).filter(pk=pk).first()",
            "from coalition.publishing.models import Post\n\n"
            "    found = Post.objects.filter(pk=pk).first()",
            "test_anothers_picture_is_not_there",
        ),
    ],
    "a card that leads to a script, an address inside or a name and password": [
        out(
            ATTACHING,
            'if parts.scheme != "https" or not alone or not written or not has_known_ending(host):',
            "if False:",
            "test_a_card_leads_to_a_public_page",
        ),
    ],
    "another host's name, or one forwarded, that a cache keeps": [
        out(
            EVERY_HOST.file,
            EVERY_HOST.old,
            EVERY_HOST.new,
            "test_a_mistake_gets_a_page_of_the_house[a strange host-en]",
        ),
        out(  # hosts are checked, a forwarded one is not read, and addresses are a setting's
            SETTINGS,
            'X_FRAME_OPTIONS = "DENY"\n',
            'X_FRAME_OPTIONS = "DENY"\nUSE_X_FORWARDED_HOST = True\n',
            "test_who_asks_under_another_name_changes_no_address_on_a_page[X-Forwarded-Host]",
            also=[
                EVERY_HOST,
                Cut(
                    "coalition/web/context.py",
                    "    return {",
                    '    settings.PUBLIC_URL = f"https://{_request.get_host()}"\n    return {',
                ),
            ],
        ),
    ],
    "a query that a cache keeps for everybody": [
        out(
            "deploy/nginx.conf",
            r'"~^https\|(GET|HEAD)\|(v=[0-9a-f]*)?$" $uri;',
            r'"~^https\|(GET|HEAD)\|" $uri;',
            "test_nginx_says_of_a_snapshot_what_django_says_of_the_page",
            postgres=True,
        ),
        out(
            SNAPSHOT,
            '    if response.cookies:\n        raise Unfit("it sets a cookie")\n',
            "",
            "test_what_sets_a_cookie_is_not_kept_for_everybody",
            also=[Cut(SNAPSHOT, 'if "cookie" in headers.get("Vary", "").lower():', "if False:")],
        ),
    ],
    "a cell that calculates, in what we write and in what we read": [
        out(
            *NO_FORMULA,
            "test_no_cell_of_csv_begins_like_a_formula",
            "test_no_cell_of_a_workbook_is_a_formula",
            "test_no_cell_of_an_export_is_a_formula",
        ),
        out(SHEET, "data_only=True", "data_only=False", "test_a_formula_is_never_calculated"),
    ],
    "a list that is small and becomes huge: zipped, nested, by its entities, by one cell, by its "
    "columns": [
        out(*UNZIPPED, "test_a_workbook_that_unzips_to_more_than_it_should_is_refused"),
        out(
            SHEET,
            "if number - first > MOST_ROWS:",
            "if False:",
            "test_a_bomb_is_refused_in_one_sentence_and_at_once[a million rows]",
        ),
        out(
            SHEET,
            "large = large or sum(cells) > MOST_ROWS * MOST_COLUMNS",
            "sum(cells)",
            "test_a_bomb_is_refused_in_one_sentence_and_at_once[half a million columns]",
        ),
        out(  # as if what could be read of a broken workbook were enough
            SHEET,
            "        raise Refusal(\n"
            "            _(\"This workbook can't be opened. Save it again as XLSX or CSV, "
            'then try once more.")\n        ) from error\n',
            '        yield from (["name"], [str(error)])\n',
            "test_an_archive_that_lies_about_its_size_is_refused",
        ),
    ],
}
