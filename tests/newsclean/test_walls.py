"""Pages that stand in the place of an article, told by all of their text; and articles that say the same words."""

from __future__ import annotations

import pytest

from newsclean import NoArticle, clean
from newsclean.wall_addresses import wall_of_address

URL = "https://courier.example/2026/11/20/the-pilot-boat-returns"


FORM = "<form><input name=u><input type=password name=p><button>Go</button></form>"


def page(title: str, body: str, head: str = "") -> str:
    return f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title>{head}</head><body>{body}</body></html>"


def reason_of(html: str, url: str = URL) -> str:
    """What a page is instead of an article; empty for an article."""
    try:
        clean(html, url)
    except NoArticle as finding:
        return finding.reason
    return ""


# Reason, heading and text, as such pages of nine languages are worded; each long enough for an article.
WALLS = [
    ("consent-wall", "Your choice", "We and our 214 trusted partners place cookies on your device and use your data to show personalised ads and to measure them. You can withdraw your consent whenever you like under Privacy at the foot of each page."),
    ("consent-wall", "Weiter mit Werbung", "Nutzen Sie den Hafenkurier mit personalisierter Werbung, Cookies und Tracking. Ihre Einwilligung können Sie jederzeit über den Datenschutz widerrufen. Oder lesen Sie werbefrei mit dem Pur-Abo für 3 Euro im Monat."),
    ("consent-wall", "Vos données", "Avec votre accord, notre journal et ses partenaires déposent des cookies sur votre appareil pour mesurer l'audience et personnaliser les publicités. Vous pouvez refuser ou retirer votre consentement à tout moment."),
    ("consent-wall", "Antes de continuar", "Este sitio utiliza cookies propias y de terceros para elaborar estadísticas y mostrar publicidad personalizada. Puede retirar su consentimiento o configurar sus preferencias en la página de privacidad."),
    ("consent-wall", "La vostra scelta", "Con il tuo consenso noi e 87 terze parti selezionate usiamo cookie e dati di navigazione per annunci personalizzati. Puoi rifiutare oppure modificare le tue preferenze quando vuoi."),
    ("consent-wall", "Privacidade", "Utilizamos cookies e dados pessoais para medir audiências e mostrar anúncios personalizados. Ao clicar em aceitar concorda com o tratamento dos dados pelos nossos parceiros."),
    ("consent-wall", "Uw keuze", "Wij gebruiken cookies en verwerken persoonsgegevens om advertenties op uw voorkeuren af te stemmen. Geeft u toestemming, dan delen wij deze gegevens met onze partners. Weigeren kan altijd."),
    ("consent-wall", "Pliki cookie", "Używamy plików cookie, aby dopasować reklamy do Twoich zainteresowań. Zgadzasz się na przetwarzanie danych przez naszych partnerów reklamowych? Zgodę można wycofać w ustawieniach prywatności."),
    ("consent-wall", "Dina val", "Vi använder kakor och behandlar personuppgifter för att visa anpassade annonser och mäta hur de fungerar. Du kan när som helst återkalla ditt samtycke under inställningar för integritet."),
    ("login-wall", "Members", "You need to log in before you can open this page. Use the e-mail address and the password of your account. Create an account if you are not registered yet; it takes a minute."),
    ("login-wall", "Anmeldung", "Bitte loggen Sie sich mit Ihrer E-Mail-Adresse und Ihrem Passwort ein. Noch kein Konto? Registrieren Sie sich kostenlos, die Anmeldung dauert nicht länger als eine Minute."),
    ("login-wall", "Espace lecteurs", "Veuillez vous connecter avec votre adresse e-mail et votre mot de passe. Vous n'avez pas de compte ? Inscrivez-vous gratuitement en une minute pour lire trois articles."),
    ("login-wall", "Acceso", "Debes iniciar sesión con tu correo electrónico y tu contraseña. ¿Aún no tienes cuenta? Regístrate gratis en un minuto y lee tres noticias al mes con tu usuario."),
    ("login-wall", "Area lettori", "Devi effettuare l'accesso con la tua e-mail e la password. Non hai un account? Registrati gratuitamente in un minuto e crea il tuo profilo di lettore del quotidiano."),
    ("login-wall", "Entrar", "Faça login com o seu e-mail e a sua senha. Ainda não tem conta? Crie uma conta gratuita num minuto e entre com o nome de usuário que escolher para os leitores."),
    ("login-wall", "Inloggen", "Log in met je e-mailadres en je wachtwoord. Nog geen account? Registreer je gratis in een minuut en lees daarna drie artikelen per maand met je account."),
    ("login-wall", "Logowanie", "Musisz się zalogować, podając adres e-mail i hasło. Nie masz jeszcze konta? Zarejestruj się bezpłatnie, rejestracja zajmie minutę, a konto daje dostęp do trzech tekstów."),
    ("login-wall", "Inloggning", "Du behöver vara inloggad för att se den här sidan. Logga in med din e-postadress och ditt lösenord. Saknar du konto? Registrera dig gratis, det tar en minut."),
    ("pay-wall", "The pilot boat returns", "Subscribe to keep reading this story. Unlimited access to every article from 1 dollar for the first month. Cancel any time. Already a subscriber? Then go on with your membership."),
    ("pay-wall", "Das Lotsenboot kehrt zurück", "Diesen Artikel lesen Sie nur mit Abo. Jetzt testen und alle Inhalte lesen, ersten Monat für 1 Euro, danach monatlich kündbar. Schon Abonnent? Dann weiterlesen mit Ihrem Abo."),
    ("pay-wall", "Le pilote revient", "La suite est réservée à nos lecteurs abonnés. Abonnez-vous pour 2 euros par mois, sans engagement, et profitez d'un accès illimité à tous nos contenus. Déjà abonné ? Poursuivez votre lecture."),
    ("pay-wall", "Vuelve el práctico", "Hazte suscriptor para seguir leyendo esta noticia. Acceso ilimitado por 1 euro el primer mes y sin permanencia. ¿Ya eres suscriptor? Sigue leyendo con tu suscripción digital."),
    ("pay-wall", "Torna il pilota", "Questo articolo è riservato ai nostri abbonati. Scegli l'abbonamento e leggi senza limiti a 1 euro al mese per il primo mese. Disdici quando vuoi. Sei già abbonato? Continua la lettura abbonandoti."),
    ("pay-wall", "O piloto volta", "Assine para continuar lendo esta reportagem. Acesso ilimitado por 2 reais por mês no primeiro mês, cancele quando quiser. Já é assinante? Continue com a sua assinatura."),
    ("pay-wall", "De loodsboot keert terug", "Dit verhaal is exclusief voor abonnees. Neem een abonnement en lees onbeperkt voor 1 euro in de eerste maand, daarna maandelijks opzegbaar. Al abonnee? Lees verder met je abonnement."),
    ("pay-wall", "Pilot wraca", "Artykuł dostępny tylko dla prenumeratorów. Wykup prenumeratę i czytaj bez ograniczeń, pierwszy miesiąc za 1 zł. Masz już prenumeratę? Czytaj dalej po zalogowaniu do prenumeraty."),
    ("pay-wall", "Lotsbåten är tillbaka", "Artikeln är bara för prenumeranter. Köp en prenumeration och få obegränsad tillgång, 10 kronor i månaden. Avsluta när du vill. Redan prenumerant? Då kan du läsa vidare med din prenumeration."),
    ("challenge", "One moment", "Our system has noticed unusual activity from your network. Please complete the captcha to prove that you are not a bot. Your browser must have JavaScript switched on."),
    ("challenge", "Einen Moment", "Aus Ihrem Netzwerk kommen ungewöhnliche Zugriffe. Lösen Sie das Captcha, damit unser System sieht, dass kein Roboter zugreift. Ihr Browser muss JavaScript ausführen."),
    ("challenge", "Un instant", "Une activité inhabituelle a été détectée sur votre réseau. Résolvez le captcha pour nous montrer que vous n'êtes pas un robot. JavaScript doit être activé dans le navigateur."),
    ("challenge", "Un momento", "Hay tráfico inusual desde su red. Resuelva el captcha y confirme que es una persona y que no es un robot. Su navegador debe tener JavaScript activo para la verificación."),
    ("challenge", "Un attimo", "Abbiamo rilevato traffico insolito dalla tua rete. Completa il captcha e conferma di non essere un robot. Il browser deve eseguire JavaScript per la verifica di sicurezza."),
    ("challenge", "Um momento", "Detectámos tráfego invulgar a partir da sua rede. Complete o captcha e confirme que não é um robô. O navegador precisa de JavaScript para esta verificação de segurança."),
    ("challenge", "Een ogenblik", "Er komt ongewoon verkeer van uw netwerk. Los de puzzel op om te tonen dat u geen robot bent. Uw browser moet voor deze controle JavaScript uitvoeren en beveiligd zijn."),
    ("challenge", "Chwileczkę", "Wykryliśmy nietypowy ruch z Twojej sieci. Rozwiąż captcha i potwierdź, że nie jesteś robotem. Przeglądarka musi obsługiwać JavaScript, aby weryfikacja się udała."),
    ("challenge", "Ett ögonblick", "Vi ser ovanlig trafik från ditt nätverk. Slutför captcha och bekräfta att du inte är en robot. Din webbläsare behöver JavaScript för den här säkerhetskontrollen i dag."),
    ("rate-limit", "Slow down please", "You have made too many requests in a short time. Wait for ten minutes and try again. If the limit is too low for you, contact us and tell your IP address."),
    ("rate-limit", "Bitte langsamer", "Von Ihrer Adresse kamen zu viele Anfragen in kurzer Zeit. Bitte warten Sie zehn Minuten und versuchen Sie es erneut. Das Limit gilt für jede IP-Adresse und alle Zugriffe."),
    ("rate-limit", "Doucement", "Trop de requêtes ont été envoyées depuis votre adresse IP. Merci de patienter dix minutes avant de réessayer. La limite vaut pour tous les lecteurs et toutes les demandes."),
    ("maintenance", "Back soon", "Our website is down for maintenance while we move to a new server. Sorry for the inconvenience. We will be back shortly; thank you for your patience in the meantime."),
    ("maintenance", "Wartung", "Unsere Website wird gerade gewartet und ist in Kürze wieder für Sie da. Wir bitten um Ihr Verständnis. Bitte versuchen Sie es später noch einmal, unsere Technik arbeitet an den Servern."),
    ("maintenance", "Mantenimiento", "Estamos realizando tareas de mantenimiento en nuestra web. Volveremos en breve. Disculpe las molestias y gracias por su paciencia mientras los técnicos trabajan en el servidor."),
    ("ad-block-wall", "A small request", "You seem to be using an ad-blocker. Ads pay for our newsroom, so please turn off your ad blocker for this site. Then reload the page and read on free of charge."),
    ("ad-block-wall", "Eine Bitte", "Sie nutzen offenbar einen Werbeblocker. Werbung finanziert unseren Journalismus. Bitte deaktivieren Sie ihn in Ihrem Browser oder tragen Sie eine Ausnahme ein und laden Sie die Seite neu."),
    ("ad-block-wall", "Une demande", "Vous utilisez un bloqueur de publicité. La publicité finance notre rédaction. Désactivez votre bloqueur ou son extension, puis rechargez la page pour lire gratuitement nos contenus."),
    ("error-page", "Sorry", "The page you were looking for has moved or never existed. Check the address for mistakes, follow a link from our front page, or use the search box to find the article."),
    ("error-page", "Hoppla", "Die von Ihnen gesuchte Seite haben wir gelöscht oder verschoben. Prüfen Sie die Adresse, gehen Sie zur Startseite oder finden Sie den Artikel über die Suche im Archiv."),
    ("error-page", "Lo sentimos", "La página que buscas ha cambiado de dirección o ha sido eliminada. Vuelve a la portada, revisa el enlace o escribe el título de la noticia en nuestro buscador."),
    ("error-page", "Tyvärr", "Sidan du letar efter har flyttats eller tagits bort. Kontrollera adressen, gå till startsidan eller leta i arkivet med sökfunktionen så hittar du kanske artikeln ändå."),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "heading", "text"), WALLS)
def test_a_page_that_is_a_wall_and_nothing_else(reason: str, heading: str, text: str) -> None:
    assert reason_of(page("Harbour Courier", f"<h1>{heading}</h1><p>{text}</p>")) == reason


# Short news that is about such things, or says such words.
NEWS = {
    "cookie fine": "The data protection office has fined the Harbour Courier 40,000 euros because its cookie banner hid the button to refuse. Readers had to give their consent in order to read on, the office said on Friday. The paper will appeal.",
    "quoted wall": "Readers of the Harbour Courier met a blank page on Monday. “We and our partners store and access information on a device”, it read, and no button worked. The publisher spoke of a fault in the consent tool and mended it by noon.",
    "stolen passwords": "Thieves have stolen the passwords of 3,000 customers of the ferry line. Whoever has an account there should choose a new password, the police said. The line has closed the login for now and wrote to all customers by e-mail.",
    "log in to vote": "Residents can vote on the new bridge from Monday. They must log in with their citizen card, the council said; whoever has none may vote at the town hall. The vote ends on 3 December, and the result is binding.",
    "subscription prices": "The Harbour Courier raises the price of its subscription to 29 euros a month in January, its publisher said. Subscribers who pay by the year keep the old price until summer. The paper has 41,000 subscribers.",
    "robots": "Two robots sort the parcels at the harbour since Tuesday. They look like humans and work around the clock, the operator said. A human checks what they could not read, about one parcel in a hundred.",
    "missing boy": "The boy from Quayside who went missing on Sunday has not been found. Divers searched the basin until dark, the police said, and will go on in the morning. Whoever has seen him is asked to call the station.",
    "bridge maintenance": "The swing bridge is closed for maintenance until Thursday. The port authority expects delays and asks drivers to take the tunnel. Buses of line 4 turn at the market, and the ferry runs every ten minutes.",
    "product withdrawn": "The ferry's day ticket is no longer available from January. The operator has removed it from the machines and offers a card for ten trips instead. The harbour board had asked for it to be kept.",
    "asylum requests": "The ministry speaks of too many requests for the new housing grant. 12,000 households have asked for it, three times as many as expected. Whoever waits for an answer must be patient, a spokeswoman said.",
    "ad blockers": "One reader in three uses an ad blocker, the association of publishers said on Tuesday. Publishers lose a tenth of their income from advertising by it. The association wants a law that makes such programs illegal.",
    "cookies de": "Das Landgericht hat dem Hafenkurier sein Cookie-Banner verboten. Die Einwilligung der Leser sei nicht freiwillig, weil der Knopf zum Ablehnen fehle, entschied die Kammer am Freitag. Der Verlag prüft eine Berufung.",
    "abo de": "Der Hafenkurier hebt den Preis seines Abos auf 31 Euro im Monat an. Abonnenten zahlen den neuen Preis ab Januar, teilte der Verlag mit. Die Zeitung hat 41.000 Abonnenten, ein Drittel liest sie digital.",
    "données fr": "La commission inflige une amende au Courrier du Port pour ses cookies publicitaires. Le journal les déposait sans le consentement des lecteurs, a-t-elle expliqué vendredi. L'éditeur va faire appel de la décision.",
    "contraseñas es": "La policía investiga el robo de las contraseñas de 3.000 clientes del transbordador. La empresa ha cerrado el acceso y recomienda cambiar la contraseña de cada cuenta. Los datos se vendían en un foro.",
    "abbonamenti it": "Gli abbonamenti annuali al traghetto costano di più da gennaio. Gli abbonati pagano 310 euro l'anno, ha detto la compagnia, che offre uno sconto agli studenti. I pendolari protestano davanti al municipio.",
    "roboty pl": "Dwa roboty sortują paczki w porcie od wtorku. Człowiek sprawdza tylko to, czego nie umiały odczytać, powiedział operator. Sieć sklepów chce kupić dalsze roboty, jeśli próba się powiedzie do wiosny.",
    "underhåll sv": "Bron stängs för underhåll till torsdag. Hamnen räknar med köer och ber förare att ta tunneln i stället. Färjan går var tionde minut och bussarna vänder vid torget, meddelar kommunen på måndagen.",
}  # fmt: skip


@pytest.mark.parametrize("name", NEWS)
def test_short_news_about_such_things_is_an_article(name: str) -> None:
    story = f"<h1>The news of {name}</h1><p>{NEWS[name]}</p>"
    assert reason_of(page("Harbour Courier", story)) == ""
    assert (
        reason_of(
            page(
                "Harbour Courier", f"<header>{FORM}</header><main>{story}</main><div class=g-recaptcha></div>"
            )
        )
        == ""
    )


# Worded in their own way: little of it stands in the vocabulary as a phrase.
OWN_WORDS = [
    ('consent-wall', 'en', "It's your choice", 'To keep this site free we work with 1480 companies that read cookies and similar technologies on your device. If you agree, they process your browsing data for personalised advertising, measurement and audience research. You can change your mind at any time in the privacy settings.'),
    ('consent-wall', 'de', 'Willkommen beim Abendblatt', 'Um unser Angebot zu finanzieren, setzen wir und Drittanbieter Cookies ein, die Informationen auf Ihrem Endgerät speichern. Mit Klick auf „Zustimmen“ erlauben Sie die Verarbeitung Ihrer Daten zu Werbezwecken. Sie können das jederzeit ändern.'),
    ('login-wall', 'en', 'Welcome back', "Sign in to read this story and get your saved articles, newsletters and puzzles in one place. New to the Gazette? It only takes a minute to join, and it's free."),
    ('pay-wall', 'en', 'Harbour wins', "You've read your last free article. Get unlimited digital access for $1 a week for the first six months, then $4 a week. Cancel or pause anytime."),
    ('pay-wall', 'de', 'Hafen gewinnt', 'Dieser Artikel ist Teil unseres Plus-Angebots. Lesen Sie 30 Tage für 1 Euro alle Plus-Artikel auf Website und App. Danach 9,99 Euro im Monat, jederzeit kündbar.'),
    ('challenge', 'en', 'Access to this page has been denied', 'We believe you are using automation tools to browse the website. This may happen because JavaScript is disabled or blocked by an extension, or your browser does not support cookies. Reference ID: #a8-77'),
    ('challenge', 'en', 'Pardon our interruption', "As you were browsing something about your browser made us think you were a bot. There are a few reasons this might happen: you've disabled JavaScript in your browser, or a third-party plugin is preventing it from running."),
    ('rate-limit', 'en', '429', 'Whoa there! Our servers have received more requests from your address than they can handle. Please slow down and try again in five minutes. Thank you for your understanding.'),
    ('maintenance', 'en', 'Scheduled work', 'The site is temporarily offline while our engineers upgrade the database. We expect to be back online by 14:00. We apologise for any inconvenience this may cause to readers.'),
    ('error-page', 'en', 'Oh no', 'We looked everywhere and could not find the story you wanted. It may have been deleted, or the link may be out of date. Why not start again from the homepage?'),
    ('error-page', 'pl', 'Ups', 'Niestety ta strona już nie istnieje albo zmieniła adres. Wróć na stronę główną albo skorzystaj z wyszukiwarki, żeby znaleźć interesujący Cię artykuł w archiwum.'),
    ('consent-wall', 'fr', 'Avant de poursuivre', "Pour financer notre rédaction, des sociétés tierces lisent des traceurs sur votre téléphone ou votre ordinateur et s'en servent pour vous montrer des publicités ciblées. Vous restez libre de refuser ; vos préférences se changent au bas de chaque page."),
    ('login-wall', 'en', 'One more step', 'This story is open to registered readers. Enter the address you signed up with and we will send you a link; no password needed. If you are not registered, it takes ten seconds and costs nothing.'),
    ('pay-wall', 'nl', 'De haven wint', 'Je hebt je gratis artikelen van deze maand gelezen. Met een digitaal abonnement lees je alles, voor 2 euro per week. Je kunt op elk moment stoppen.'),
    ('error-page', 'sv', 'Ojdå', 'Vi hittade inte det du letade efter. Kanske har artikeln fått en ny adress, eller så är länken felstavad. Du kan alltid börja om på startsidan eller söka i arkivet.'),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "language", "heading", "text"), OWN_WORDS)
def test_a_wall_in_words_of_its_own_speaks_to_its_reader(
    reason: str, language: str, heading: str, text: str
) -> None:
    form = FORM if reason == "login-wall" and "password" not in text else ""
    html = page("Harbour Courier", f"<h1>{heading}</h1><p>{text}</p>{form}").replace(
        "<html>", f"<html lang={language}>"
    )
    assert reason_of(html) == reason


# Service that speaks to its reader.
ADVICE = [
    ('en', 'How to keep your account safe', 'Change your password once a year, the consumer office advises. Use a long sentence that only you know, and never the same one twice. If a stranger writes from your address, tell your friends by telephone first.'),
    ('en', 'What the new cookie rules mean', 'From Monday, sites must let you refuse cookies with one click. The rule holds for shops as well as for newspapers. Whoever breaks it pays up to 4 percent of turnover, the ministry said.'),
    ('de', 'So wechseln Sie den Stromanbieter', 'Wer seinen Vertrag kündigen will, muss eine Frist von zwei Wochen einhalten. Vergleichen Sie die Preise im Monat, rät die Verbraucherzentrale. Achten Sie auf Boni, die nur im ersten Jahr gelten.'),
    ('fr', 'Les horaires du bac changent', 'Vous prendrez le bac toutes les dix minutes à partir de lundi. Vos abonnements restent valables, assure la compagnie, et vous pouvez les prolonger au guichet. Le parking du quai reste gratuit le dimanche.'),
]  # fmt: skip


@pytest.mark.parametrize(("language", "heading", "text"), ADVICE)
def test_advice_is_an_article(language: str, heading: str, text: str) -> None:
    html = page("Harbour Courier", f"<h1>{heading}</h1><p>{text}</p>").replace(
        "<html>", f"<html lang={language}>"
    )
    assert reason_of(html) == ""


STORY = (
    "The pilot boat is back at its berth after a year in the yard, the harbour board said on Friday. Crews had rowed out "
    "to the freighters in an open boat all winter. The repair cost 400,000 euros, a third of it paid by the shipping lines."
)


@pytest.mark.parametrize(
    "around",
    [
        "<div class=cookie-banner><p>We and our partners store information on a device. You can withdraw your consent.</p><button>Accept all</button></div>",
        "<form action=/login><input name=u><input type=password name=p><button>Log in</button></form>",
        "<div class=paywall>Subscribe to continue reading. Already a subscriber? Log in</div>",
        "<div class=g-recaptcha></div><footer><a href=/subscribe>Subscribe now</a> <a href=/privacy>We use cookies</a></footer>",
    ],
)
def test_an_article_beside_a_banner_or_a_form_stays(around: str) -> None:
    html = page(
        "The pilot boat returns", f"{around}<main><h1>The pilot boat returns</h1><p>{STORY}</p></main>"
    )
    assert reason_of(html) == ""


def test_a_long_article_about_cookies_stays() -> None:
    paragraphs = "".join(
        f"<p>“We and our {number} partners store and access information on a device”: so begins the banner that readers "
        "close unread. Cookies follow them from page to page, and consent to advertising is a click away, while the button "
        "to reject hides behind settings. Data from one device is sold to many, privacy lawyers say.</p>"
        for number in range(11, 16)
    )
    assert reason_of(page("Accept all cookies?", f"<h1>Accept all cookies?</h1>{paragraphs}")) == ""


@pytest.mark.parametrize(
    ("url", "html", "reason"),
    [
        ("https://courier.example/login?next=/a-story", page("Courier", FORM), "login-wall"),
        ("https://courier.example/konto", page("Courier", f"<h1>Willkommen</h1>{FORM}"), "login-wall"),
        ("https://consent.courier.example/?continue=/a-story", page("Courier", "<p>Hello.</p>"), "consent-wall"),
        (URL, page("Courier", "<p>Please wait.</p>", '<meta http-equiv=Refresh content="0; url=/signin?return=x">'), "login-wall"),
        (URL, page("Courier", "<p>One moment.</p><div class=h-captcha></div>"), "challenge"),
        (URL, page("Courier", "<p>One moment.</p>"), "too-short"),
        (URL, page("Courier", f"<h1>Inicia sesión</h1><p>Regístrate gratis para seguir leyendo.</p>{FORM}"), "login-wall"),
    ],
)  # fmt: skip
def test_forms_and_addresses_speak(url: str, html: str, reason: str) -> None:
    assert reason_of(html, url) == reason


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://courier.example/login", "login-wall"),
        ("https://courier.example/de/anmelden.html?redirect=%2Fa", "login-wall"),
        ("https://login.courier.example/realm/x?redirect_uri=y", "login-wall"),
        ("https://courier.example/user/sso/start?returnUrl=x", "login-wall"),
        ("https://courier.example/cookie-consent?return=x", "consent-wall"),
        ("https://courier.example/subscribe?next=/a", "pay-wall"),
        ("https://courier.example/subscribe", None),
        ("https://courier.example/2026/11/20/how-we-gave-consent", None),
        ("https://courier.example/login/2026/11/20/a-story", None),
        ("https://courier.example/a-story?next=/b", None),
        ("https://[courier", None),
    ],
)
def test_addresses_of_walls(url: str, reason: str | None) -> None:
    assert wall_of_address(url) == reason
