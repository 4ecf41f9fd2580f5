"""The brand's identity: its name, its word, its colours. One setting per site; the whole house follows it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from brand.identity import colour

_hex = RegexValidator(colour.HEX.pattern + r"\Z", _("Please give a colour as #rrggbb."))


@register_setting(icon="palette")
class BrandIdentity(BaseSiteSetting):
    """What `theme.css` and every page's head are drawn from. Colours are given for light pages; dark ones follow."""

    name = models.CharField(_("name"), max_length=60, default="Mây")
    slogan_vi = models.CharField(_("slogan, Vietnamese"), max_length=120, blank=True)
    slogan_en = models.CharField(_("slogan, English"), max_length=120, blank=True)
    color_act = models.CharField(_("colour of the one thing to do"), max_length=7, default="#a2392a", validators=[_hex])
    color_accent = models.CharField(_("colour of belonging"), max_length=7, default="#2b5a4c", validators=[_hex])
    color_reward = models.CharField(_("colour of rewards"), max_length=7, default="#69490b", validators=[_hex])
    color_deep = models.CharField(_("deep ground"), max_length=7, default="#19352d", validators=[_hex])
    version = models.PositiveIntegerField(default=1, editable=False)

    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("slogan_vi"), FieldPanel("slogan_en")], heading=_("Words")),
        MultiFieldPanel(
            [FieldPanel(f"color_{part}") for part in ("act", "accent", "reward", "deep")],
            heading=_("Colours"),
            help_text=_(
                "Each pair is checked when you save; "
                "a pair that is hard to read is refused with the nearest that passes."
            ),
        ),
    ]

    class Meta:
        verbose_name = _("brand identity")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuses a palette in which a pair falls below WCAG AA, naming the pair and the nearest colour that passes."""
        super().clean()
        pairs = {
            "color_act": (colour.WHITE, _("white text on it")),
            "color_accent": (colour.PAPER, _("on paper")),
            "color_reward": (colour.PAPER, _("on paper")),
            "color_deep": (colour.CREAM, _("light text on it")),
        }
        errors: dict[str, Any] = {}
        for field, (other, words) in pairs.items():
            value = getattr(self, field)
            if colour.HEX.fullmatch(value) and colour.contrast(value, other) < 4.5:
                errors[field] = _(
                    "Too little contrast (%(ratio).1f to 1, %(pair)s). The nearest that passes: %(better)s"
                ) % {
                    "ratio": colour.contrast(value, other),
                    "pair": words,
                    "better": colour.nearest_passing(value, other, 4.5),
                }
        if errors:
            raise ValidationError(errors)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises the version, by which browsers and caches tell the new look from the old."""
        self.version += 1
        super().save(*args, **kwargs)

    def slogan(self, locale: str) -> str:
        """The slogan in a language, Vietnamese where that is empty."""
        return (self.slogan_en if locale == "en" else self.slogan_vi) or self.slogan_vi
