"""Addresses that name a wall: where a site sends readers who are to log in, consent or pay first."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from newsclean.article import NoArticleReason

_LOGIN = frozenset(
    """login log-in logon log-on signin sign-in sign_in anmelden anmeldung einloggen connexion se-connecter identification
    identifiez-vous iniciar-sesion iniciarsesion iniciar-sessao entrar acceso accedi accesso inloggen aanmelden logowanie
    zaloguj logga-in loggain authenticate authentication sso register registration registrieren registrierung""".split()
)
_CONSENT = frozenset(
    """consent cookie-consent cookieconsent cookie-wall cookiewall cookies-wall consent-wall privacy-wall privacywall
    privacy-gate privacy-consent gdpr-consent gdpr zustimmung einwilligung consentement consentimiento consenso
    toestemming zgoda samtycke""".split()
)
_PAY = frozenset(
    """subscribe subscription subscriptions paywall pay-wall abo abonnieren abonnement abonnements abonnez-vous
    suscripcion suscripciones suscribete abbonati abbonamento abbonamenti assine assinatura prenumerata subskrypcja
    prenumerera prenumeration""".split()
)
_HOSTS: dict[str, NoArticleReason] = {
    "consent": "consent-wall", "cmp": "consent-wall", "login": "login-wall", "signin": "login-wall", "auth": "login-wall",
    "sso": "login-wall", "accounts": "login-wall",
}  # fmt: skip
_RETURNS = frozenset(
    """next return returnto return_to return-to returnurl return_url return-url returnuri return_uri redirect redirectto
    redirect_to redirecturl redirect_url redirecturi redirect_uri continue continueurl goto back backurl back_url callback
    callbackurl callback_url destination referer referrer origin_url""".split()
)


def wall_of_address(url: str) -> NoArticleReason | None:
    """The wall that an address names, such as ``https://news.example/login?next=/a-story``; None for none.

    A segment of its path says so: the last, or any where the query says where to go back to.
    """
    try:
        parts = urlsplit(url)
        names = {name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
        host = parts.hostname or ""
    except ValueError:
        return None
    segments = [segment.partition(".")[0].lower() for segment in parts.path.split("/") if segment]
    goes_back = bool(names & _RETURNS)
    told = set(segments if goes_back else segments[-1:])
    if told & _LOGIN:
        return "login-wall"
    if told & _CONSENT:
        return "consent-wall"
    if goes_back:
        return "pay-wall" if told & _PAY else _HOSTS.get(host.partition(".")[0])
    return None
