"""Which locale of a template a customer gets: their own, else the list an admin wrote down. Never a guess."""

from typing import Any

from conversations.models import Channel
from whatsapp.models import LocaleFallback, MessageTemplate
from whatsapp.templates import parts
from whatsapp.templates.accounts import templates_of
from whatsapp.templates.refusals import TemplateRefused

#: The codes WhatsApp takes (Meta, WhatsApp docs, "Supported languages"); they are not BCP 47.
WHATSAPP_LOCALES = (
    "af", "sq", "ar", "ar_AE", "ar_EG", "ar_LB", "ar_MA", "ar_QA", "ar_SA", "az", "bn", "bg", "ca", "zh_CN",
    "zh_HK", "zh_TW", "hr", "cs", "da", "nl", "en", "en_AU", "en_CA", "en_GB", "en_IN", "en_US", "et", "fil", "fi",
    "fr", "fr_BE", "fr_CA", "ka", "de", "el", "gu", "ha", "he", "hi", "hu", "id", "ga", "it", "ja", "kn", "kk",
    "rw_RW", "ko", "ky_KG", "lo", "lv", "lt", "mk", "ms", "ml", "mr", "nb", "fa", "pl", "pt_BR", "pt_PT", "pa",
    "ro", "ru", "sr", "sk", "sl", "es", "es_AR", "es_CL", "es_CO", "es_ES", "es_MX", "es_PE", "es_VE", "sw", "sv",
    "ta", "te", "th", "tr", "uk", "ur", "uz", "vi", "zu",
)  # fmt: skip
#: What every desk starts with; a language's own code first, then its countries. The admin's word stays.
DEFAULTS = {
    "ar": "ar ar_AE ar_SA ar_EG",
    "de": "de",
    "en": "en_US en en_GB",
    "en_GB": "en_GB en en_US",
    "en_US": "en_US en en_GB",
    "es": "es es_MX es_ES",
    "es_ES": "es_ES es",
    "es_MX": "es_MX es",
    "fr": "fr",
    "hi": "hi",
    "id": "id",
    "it": "it",
    "nl": "nl",
    "pt": "pt_BR pt_PT",
    "pt_BR": "pt_BR pt_PT",
    "pt_PT": "pt_PT pt_BR",
}


def create_defaults(using: str, **_: Any) -> None:
    """Connected to post_migrate: the fallbacks, where there are none at all."""
    rows = LocaleFallback.objects.using(using)
    if not rows.exists():
        rows.bulk_create(LocaleFallback(customer_locale=own, template_locales=them) for own, them in DEFAULTS.items())


def template_for(channel: Channel, name: str, customer_locale: str) -> MessageTemplate:
    """The approved template of this name for a customer of this locale: theirs, else the first of the fallbacks.

    Raises TemplateRefused: template_missing, template_locale_missing, or template_not_approved with its present
    status in words.
    """
    known = _known(channel, name)
    wanted = locales_for(customer_locale)
    there = [known[locale] for locale in wanted if locale in known]
    for template in there:
        if template.status == MessageTemplate.Status.APPROVED:
            return _with_text(template)
    if there:
        raise _not_approved(there[0])
    have = ", ".join(sorted(known))
    raise TemplateRefused(
        "template_locale_missing",
        f"The template {name} is not there for customers of locale {customer_locale or '(none)'}; there is: {have}. "
        "Have it approved in that language, or add a locale fallback in the admin.",
    )


def template_exact(channel: Channel, name: str, locale: str) -> MessageTemplate:
    """The approved template of this name in this locale and no other. Raises TemplateRefused as `template_for`."""
    known = _known(channel, name)
    template = known.get(locale)
    if template is None:
        have = ", ".join(sorted(known))
        raise TemplateRefused("template_locale_missing", f"The template {name} has no locale {locale}; it has: {have}.")
    if template.status != MessageTemplate.Status.APPROVED:
        raise _not_approved(template)
    return _with_text(template)


def locales_for(customer_locale: str) -> list[str]:
    """The template locales that serve a customer's, the best first."""
    own = _as_whatsapp_writes(customer_locale)
    row = LocaleFallback.objects.filter(customer_locale__in=[own, customer_locale]).first()
    return list(dict.fromkeys([own, *(row.template_locales.split() if row else [])]))


def _as_whatsapp_writes(locale: str) -> str:
    """`pt-br` as `pt_BR`: another spelling, not another locale."""
    language, _, country = locale.strip().replace("-", "_").partition("_")
    return f"{language.lower()}_{country.upper()}" if country else language.lower()


def _known(channel: Channel, name: str) -> dict[str, MessageTemplate]:
    known = {row.locale: row for row in templates_of(channel).filter(name=name)}
    if not known:
        raise TemplateRefused(
            "template_missing",
            f"{channel.name} has no template {name or '(no name)'}. Sync the templates in the admin.",
        )
    return known


def _not_approved(template: MessageTemplate) -> TemplateRefused:
    return TemplateRefused(
        "template_not_approved",
        f"The template {template} cannot be sent: {status_words(template)}. Only approved templates leave.",
    )


def status_words(template: MessageTemplate) -> str:
    """The status for a person, with the reason where it was rejected."""
    words = template.get_status_display()
    because = template.rejected_reason if template.status == MessageTemplate.Status.REJECTED else ""
    return f"{words} ({because.rstrip('.')})" if because else words


def _with_text(template: MessageTemplate) -> MessageTemplate:
    if not parts.read(template.components).body:
        raise TemplateRefused(
            "template_missing", f"The text of {template} is not known yet. Sync the templates in the admin."
        )
    return template
