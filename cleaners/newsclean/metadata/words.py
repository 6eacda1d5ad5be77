"""Words that metadata is read by, as data by language: months, "by", "updated", zones, job titles, prompts.

All languages are matched at once: a page's markup is often of another language than its text. Entries are lower case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsclean.trie import any_of

# Month names and abbreviations, January first; inflected forms beside the plain ones.
MONTHS: dict[str, tuple[str, ...]] = {
    "en": (
        "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
        "september sept sep", "october oct", "november nov", "december dec",
    ),
    "de": (
        "januar jänner jän", "februar feber", "märz mär mrz", "april", "mai", "juni", "juli", "august",
        "september", "oktober okt", "november", "dezember dez",
    ),
    "fr": (
        "janvier janv", "février févr fév fevrier", "mars", "avril avr", "mai", "juin", "juillet juil", "août aout",
        "septembre", "octobre", "novembre", "décembre déc decembre",
    ),
    "es": (
        "enero ene", "febrero", "marzo", "abril abr", "mayo", "junio", "julio", "agosto ago",
        "septiembre setiembre", "octubre", "noviembre", "diciembre dic",
    ),
    "it": (
        "gennaio gen", "febbraio", "marzo", "aprile", "maggio mag", "giugno giu", "luglio lug", "agosto",
        "settembre set", "ottobre ott", "novembre", "dicembre",
    ),
    "pt": (
        "janeiro", "fevereiro fev", "março marco", "abril", "maio", "junho", "julho", "agosto",
        "setembro", "outubro out", "novembro", "dezembro",
    ),
    "nl": (
        "januari", "februari", "maart mrt", "april", "mei", "juni", "juli", "augustus",
        "september", "oktober", "november", "december",
    ),
    "pl": (
        "stycznia styczeń", "lutego luty", "marca marzec", "kwietnia kwiecień", "maja", "czerwca czerwiec",
        "lipca lipiec", "sierpnia sierpień", "września wrzesień", "października październik", "listopada listopad",
        "grudnia grudzień",
    ),
    "cs": (
        "ledna leden", "února únor", "března březen", "dubna duben", "května květen", "června červen",
        "července červenec", "srpna srpen", "září", "října říjen", "", "prosince prosinec",
    ),
    "sv": (
        "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti",
        "september", "oktober", "november", "december",
    ),
    "no": (
        "januar", "februar", "mars", "april", "mai", "juni", "juli", "august",
        "september", "oktober", "november", "desember des",
    ),
    "da": (
        "januar", "februar", "marts", "april", "maj", "juni", "juli", "august",
        "september", "oktober", "november", "december",
    ),
    "fi": (
        "tammikuuta tammikuu", "helmikuuta helmikuu", "maaliskuuta maaliskuu", "huhtikuuta huhtikuu", "toukokuuta toukokuu",
        "kesäkuuta kesäkuu", "heinäkuuta heinäkuu", "elokuuta elokuu", "syyskuuta syyskuu", "lokakuuta lokakuu",
        "marraskuuta marraskuu", "joulukuuta joulukuu",
    ),
    "hu": (
        "január", "február", "március", "április", "május", "június", "július", "augusztus", "szeptember", "október",
        "november", "december",
    ),
    "ro": (
        "ianuarie", "februarie", "martie", "aprilie", "mai", "iunie", "iulie", "august", "septembrie", "octombrie",
        "noiembrie", "decembrie",
    ),
    "sk": (
        "januára", "februára", "marca", "apríla", "mája", "júna", "júla", "augusta", "septembra", "októbra", "novembra",
        "decembra",
    ),
    "hr": (
        "siječnja", "veljače", "ožujka", "travnja", "svibnja", "lipnja", "srpnja", "kolovoza", "rujna", "", "studenoga", "prosinca",
    ),
    "ru": (
        "января янв", "февраля фев", "марта мар", "апреля апр", "мая", "июня", "июля", "августа авг", "сентября сен",
        "октября окт", "ноября ноя", "декабря дек",
    ),
    "uk": (
        "січня", "лютого", "березня", "квітня", "травня", "червня", "липня", "серпня", "вересня", "жовтня", "листопада", "грудня",
    ),
    "el": (
        "ιανουαρίου ιαν", "φεβρουαρίου φεβ", "μαρτίου μαρ", "απριλίου απρ", "μαΐου", "ιουνίου", "ιουλίου", "αυγούστου αυγ",
        "σεπτεμβρίου σεπ", "οκτωβρίου οκτ", "νοεμβρίου νοε", "δεκεμβρίου δεκ",
    ),
    "id": (
        "januari", "februari", "maret", "april", "mei", "juni", "juli", "agustus agu", "september", "oktober", "november",
        "desember",
    ),
    "lt": (
        "sausio", "vasario", "kovo", "balandžio", "gegužės", "birželio", "liepos", "rugpjūčio", "rugsėjo", "spalio", "lapkričio",
        "gruodžio",
    ),
    "ca": (
        "gener", "febrer", "març", "abril", "maig", "juny", "juliol", "agost", "setembre", "octubre", "novembre", "desembre",
    ),
    "tr": (
        "ocak", "şubat", "mart", "nisan", "mayıs", "haziran", "temmuz", "ağustos", "eylül", "ekim", "kasım", "aralık",
    ),
}  # fmt: skip

# Weekdays that may stand glued to a name, in full: abbreviations are also names.
WEEKDAYS = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "montag", "dienstag", "mittwoch", "donnerstag",
    "freitag", "samstag", "sonntag", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
)  # fmt: skip

# Weekdays of all languages, as they stand in sentences; of those that decline them, the common forms.
WEEKDAY_NAMES: dict[str, str] = {
    "en": "monday tuesday wednesday thursday friday saturday sunday",
    "de": "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "pl": "poniedziałek wtorek środa środę czwartek piątek sobota sobotę niedziela niedzielę",
    "sv": "måndag måndagen tisdag tisdagen onsdag onsdagen torsdag torsdagen fredag fredagen lördag lördagen söndag söndagen",
    "da": "mandag tirsdag onsdag torsdag fredag lørdag søndag",
    "fi": "maanantai maanantaina tiistai tiistaina keskiviikko keskiviikkona torstai torstaina perjantai perjantaina lauantai "
    "lauantaina sunnuntai sunnuntaina",
    "cs": "pondělí úterý středa středu čtvrtek pátek sobota sobotu neděle neděli",
    "sk": "pondelok utorok streda stredu štvrtok piatok nedeľa nedeľu",
    "hu": "hétfő hétfőn kedd kedden szerda szerdán csütörtök csütörtökön péntek pénteken szombat szombaton vasárnap",
    "ro": "luni marți miercuri joi vineri sâmbătă duminică",
    "hr": "ponedjeljak utorak srijeda srijedu četvrtak petak subota subotu nedjelja nedjelju",
    "ru": "понедельник вторник среда среду четверг пятница пятницу суббота субботу воскресенье",
    "uk": "понеділок вівторок середа середу четвер п’ятниця п’ятницю субота суботу неділя неділю",
    "el": "δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή",
    "tr": "pazartesi salı çarşamba perşembe cuma cumartesi pazar",
    "id": "senin selasa rabu kamis jumat sabtu minggu",
    "ca": "dilluns dimarts dimecres dijous divendres dissabte diumenge",
}

# What stands before the names in a byline.
BY: dict[str, tuple[str, ...]] = {
    "en": ("by", "written by", "story by", "words by", "text by", "report by", "reported by", "posted by",
           "published by", "contributed by", "interview by", "author", "authors", "author(s)", "writer", "contributors", "contributor"),
    "de": ("von", "text von", "ein bericht von", "ein kommentar von", "ein gastbeitrag von", "eine analyse von",
           "autor", "autorin", "autoren", "text", "interview von", "geschrieben von", "verfasst von"),
    "fr": ("par", "propos recueillis par", "entretien par", "interview par", "publié par", "écrit par", "rédigé par", "auteur", "autrice", "texte de"),
    "es": ("por", "escrito por", "publicado por", "texto de", "entrevista de", "autora", "redacción de"),
    "it": ("di", "a cura di", "scritto da", "articolo di", "intervista di", "autore", "autrice"),
    "pt": ("escrito por", "publicado por", "texto de", "reportagem de", "entrevista de"),
    "ca": ("escrit per",),
    "nl": ("door", "interview door", "geschreven door", "auteur", "tekst"),
    "pl": ("autor", "opracowanie", "oprac.", "rozmawiał", "rozmawiała", "autorka", "autorzy", "napisane przez"),
    "sv": ("av", "skriven av", "text av"),
    "no": ("tekst", "skrevet av", "av"),
    "da": ("af", "skrevet af"),
    "fi": ("kirjoittaja", "teksti"),
    "cs": ("autoři", "napsal", "napsala"),
    "hu": ("szerző", "írta"),
    "ro": ("scris de",),
    "tr": ("yazar", "yazan"),
    "id": ("oleh", "penulis", "ditulis oleh"),
    "vi": ("tác giả",),
    "ru": ("автор", "текст"),
    "ja": ("文", "取材・文", "文・写真", "執筆"),
}  # fmt: skip

# By somebody who is named behind it, or not at all.
BY_CORRESPONDENT: dict[str, tuple[str, ...]] = {
    "en": ("from our correspondent", "from our own correspondent"),
    "de": ("von unserem korrespondenten", "von unserer korrespondentin", "von unserem redakteur", "von unserer redakteurin",
           "von unserem mitarbeiter", "von unserer mitarbeiterin", "von unserem reporter", "von unserer reporterin"),
    "fr": ("de notre correspondant", "de notre correspondante", "de notre envoyé spécial", "de notre envoyée spéciale",
           "par notre correspondant", "par notre correspondante", "par notre envoyé spécial", "par notre envoyée spéciale"),
    "es": ("de nuestro corresponsal", "de nuestra corresponsal", "de nuestro enviado especial", "de nuestra enviada especial"),
    "it": ("dal nostro inviato", "dalla nostra inviata", "dal nostro corrispondente", "dalla nostra corrispondente"),
    "pt": ("do nosso correspondente", "da nossa correspondente", "do nosso enviado especial", "da nossa enviada especial"),
    "nl": ("van onze correspondent", "van onze verslaggever", "van onze redacteur", "door onze correspondent",
           "door onze verslaggever", "door onze redacteur"),
    "pl": ("od naszego korespondenta", "od naszej korespondentki", "od naszego wysłannika"),
}  # fmt: skip

# What a picture is called where its maker is named beside the author: "Photos by Orla Venn".
PICTURES = (
    "photo", "photos", "photograph", "photographs", "photography", "picture", "pictures", "image", "images", "video",
    "illustration", "illustrations", "graphic", "graphics", "foto", "fotos", "foto's", "bild", "bilder", "fotografie",
    "photographie", "photographies", "fotografía", "fotografías", "imágenes", "imagens", "fotografia", "beeld", "zdjęcia", "fot.",
)  # fmt: skip

# Those of them that also begin a family name: "Di Maio", "Von Trapp".
NAME_BEGINNINGS = frozenset(("von", "di", "af", "av", "par"))

# What joins two names; single letters only between full names.
AND = ("and", "und", "et", "y", "e", "i", "en", "og", "och", "sowie", "with", "mit", "avec", "con")

# Words before a date that tell when the page last changed.
UPDATED: dict[str, tuple[str, ...]] = {
    "en": ("updated", "update", "modified", "edited", "revised", "changed"),
    "de": ("aktualisiert", "geändert", "bearbeitet", "stand", "letztes update"),
    "fr": ("mis à jour", "mise à jour", "modifié", "actualisé"),
    "es": ("actualizado", "actualizada", "actualización", "modificado"),
    "it": ("aggiornato", "aggiornata", "aggiornamento", "modificato", "modifica"),
    "pt": ("atualizado", "atualizada", "atualização", "modificado"),
    "nl": ("bijgewerkt", "gewijzigd", "laatste update", "aangepast"),
    "pl": ("aktualizacja", "zaktualizowano", "zmieniono"),
    "cs": ("aktualizováno", "upraveno"),
    "sv": ("uppdaterad", "ändrad"),
    "no": ("oppdatert", "endret", "sist oppdatert"),
    "tr": ("güncelleme", "güncellenme", "son güncelleme"),
    "da": ("opdateret", "ændret", "sidst opdateret"),
    "fi": ("päivitetty", "muokattu"),
    "hu": ("frissítve", "módosítva"),
    "ro": ("actualizat", "modificat"),
    "ru": ("обновлено", "изменено"),
    "uk": ("оновлено",),
    "id": ("diperbarui",),
    "vi": ("cập nhật",),
}

# The same in scripts without spaces, where the word stands before or behind the date.
UPDATED_IDEOGRAPHIC = ("更新", "最終更新", "최종수정", "수정", "업데이트")

# Words that make a line one about when the article appeared.
PUBLISHED: dict[str, tuple[str, ...]] = {
    "en": (
        "published",
        "posted",
        "first published",
        "released",
        "issued",
        "created",
        "date",
        "filed",
        "post time",
        "publication date",
    ),
    "de": ("veröffentlicht", "erschienen", "erstellt", "publiziert", "datum"),
    "fr": ("publié", "paru", "mis en ligne", "créé", "posté"),
    "es": ("publicado", "publicada", "fecha", "creado"),
    "it": ("pubblicato", "pubblicata", "inserito", "creato", "data"),
    "pt": ("publicado", "publicada", "criado", "postado"),
    "nl": ("gepubliceerd", "geplaatst", "aangemaakt"),
    "pl": ("opublikowano", "data publikacji", "dodano", "utworzono", "data dodania"),
    "cs": ("publikováno", "vydáno", "zveřejněno"),
    "sv": ("publicerad", "publicerades", "skapad"),
    "no": ("publisert",),
    "da": ("publiceret", "udgivet", "offentliggjort"),
    "fi": ("julkaistu",),
    "tr": ("yayınlanma", "oluşturulma", "giriş"),
    "hu": ("megjelent", "közzétéve"),
    "ro": ("publicat",),
    "ru": ("опубликовано",),
}

# Zones that printed times carry, in minutes from UTC. Left out: names with several meanings (IST, AST).
ZONES: dict[str, int] = {
    "z": 0, "utc": 0, "gmt": 0, "wet": 0, "bst": 60, "west": 60, "cet": 60, "mez": 60, "cest": 120, "mesz": 120,
    "sast": 120, "eet": 120, "eest": 180, "msk": 180, "jst": 540, "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780,
    "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
    "hkt": 480, "sgt": 480, "kst": 540, "pkt": 300, "wib": 420, "ict": 420, "pht": 480, "brt": -180, "cat": 120, "wat": 60,
    "eat": 180, "trt": 180,
}  # fmt: skip
# Names of North American zones without saying whether it is summer: minutes from UTC in winter.
SEASONAL_ZONES = {"et": -300, "ct": -360, "mt": -420, "pt": -480}

# Job titles and degrees: a part of a byline that is, or ends in, one of these words is no name.
ROLES: dict[str, tuple[str, ...]] = {
    "en": ("writer", "reporter", "reporting", "correspondent", "editor", "columnist", "contributor", "journalist",
           "producer", "photographer", "chief", "manager", "director", "analyst", "critic", "intern", "fellow",
           "specialist", "host", "anchor", "officer", "founder", "ceo", "desk", "freelancer", "researcher", "strategist",
           "blogger", "author", "reviewer", "expert", "consultant", "attorney", "lawyer", "instructor", "head", "lead", "president", "disclosure",
           "partner", "engineer", "developer", "professor", "lecturer", "presenter", "commentator", "meteorologist"),
    "de": ("redakteur", "redakteurin", "redaktor", "redaktorin", "korrespondent", "korrespondentin", "reporter",
           "reporterin", "volontär", "volontärin", "autor", "autorin", "chefredakteur", "chefredakteurin", "ressortleiter",
           "ressortleiterin", "kolumnist", "kolumnistin", "journalist", "journalistin", "fotograf", "fotografin"),
    "fr": ("journaliste", "rédacteur", "rédactrice", "correspondant", "correspondante", "reporter", "chroniqueur",
           "chroniqueuse", "éditorialiste", "envoyé spécial", "envoyée spéciale"),
    "es": ("periodista", "redactor", "redactora", "corresponsal", "reportero", "reportera", "columnista", "editora",
           "enviado especial", "enviada especial"),
    "it": ("giornalista", "redattore", "redattrice", "corrispondente", "inviato", "inviata", "direttore", "direttrice"),
    "pt": ("jornalista", "repórter", "redator", "redatora", "colunista", "editor", "editora", "correspondente"),
    "nl": ("redacteur", "verslaggever", "verslaggeefster", "correspondent", "journalist", "columnist"),
    "pl": ("dziennikarz", "dziennikarka", "redaktor", "redaktorka", "korespondent", "korespondentka"),
}  # fmt: skip

# Degrees and the like behind a name, compared without their dots.
DEGREES = frozenset(
    "phd md rd rdn ms msc ma mba bsc ba bs mph jd esq jr sr lcsw do dds rn cpa cfp cfa mscn ldn msn np pharmd dvm"
    " pmp cscs cissp fand llb llm lpc lmft psyd edd dpt mfa mpa".split()
)

# Words of the honorifics before a name, cut off.
HONORIFICS = frozenset(("dr", "prof", "mr", "mrs", "ms", "sir", "professor"))

# What byline boxes say that is no name.
PROMPTS: dict[str, tuple[str, ...]] = {
    "en": ("email", "e-mail", "mail", "follow", "following", "share", "view", "profile", "all posts", "more by", "more from",
           "read more", "see all", "bio", "biography", "contact", "contributors", "contributor", "about", "published",
           "updated", "posted", "author", "authors", "admin", "administrator", "editor", "staff", "unknown", "anonymous",
           "guest", "user", "written by", "none", "null", "undefined", "no author", "subscribe", "comments", "comment",
           "website", "search", "size", "learn more", "privacy policy", "about me", "more about me", "full bio", "full profile", "our team", "sign up", "log in", "terms of use", "print", "save", "listen", "reviewed", "advertisement", "twitter", "facebook",
           "linkedin", "instagram", "read", "min read", "webmaster", "default", "home", "news"),
    "de": ("folgen", "teilen", "zum autor", "zur autorin", "mehr von", "alle artikel", "profil", "e-mail an", "autor",
           "autorin", "kommentare", "kommentieren", "anzeige", "merken", "drucken", "artikel von", "über den autor"),
    "fr": ("envoyer", "suivre", "partager", "voir", "profil", "contacter", "tous ses articles", "commentaires"),
    "es": ("seguir", "compartir", "ver perfil", "perfil", "contactar", "más de", "comentarios", "ver más"),
    "it": ("segui", "condividi", "profilo", "commenti", "leggi"),
    "pt": ("seguir", "partilhar", "compartilhar", "ver perfil", "comentários"),
    "nl": ("volg", "deel", "profiel", "reacties", "meer van"),
    "pl": ("obserwuj", "udostępnij", "profil", "komentarze"),
}  # fmt: skip

# A newsroom's name made of these words is no person; kept only where nobody else is named.
ORGANISATIONS = frozenset(
    "redaktion redaction rédaction redacción redazione redação redactie redakcja redakce redaksjonen redaktionen team"
    " staff newsroom desk agency agencies agence agencia agenzia agência agentur agenturen news press media magazine"
    " editorial editors board associates inc ltd llc gmbh ag limited foundation institute university company group"
    " network online radio tv television times post herald tribune journal gazette zeitung verlag presse".split()
)
AGENCIES = frozenset(
    ("ap", "afp", "dpa", "reuters", "apa", "ansa", "efe", "pap", "anp", "ntb", "tt", "ritzau", "čtk", "sda", "sid", "epd",
     "kna", "pa", "upi", "tass", "xinhua", "lusa", "belga", "bloomberg", "europa press", "associated press",
     "the associated press", "press association", "agence france-presse", "keystone-sda", "awp", "pti", "ani", "ians",
     "aap", "cnn", "bbc")
)  # fmt: skip

# The first crumb of a trail: the front page, no section.
HOME = frozenset(
    "home homepage start startseite accueil inicio início home página inicial strona główna domů hjem forside hem"
    " voorpagina portada news nachrichten ana sayfa ホーム トップ top".split()
)
# The name of a section on some sites, of the front page on others.
NEWSROOM = frozenset({"news", "nachrichten"})


def any_word(words: Iterable[str]) -> str:
    """A regular expression's group that matches any of the words, the longest that fits first."""
    return any_of(map(re.escape, word) for word in sorted(set(words)))
