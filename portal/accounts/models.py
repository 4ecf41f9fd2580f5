"""Who a member is: the account, the name chip that everybody sees, what she agreed to, what she may not do for now."""

from collections.abc import Collection
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.accounts.called import called
from portal.accounts.chips import FORMER, Chip, page_of
from portal.core.ids import public_id
from portal.core.lookalikes import skeleton
from portal.core.text import clean_line

FOLD_LONGEST = 100


class MemberManager(BaseUserManager["Member"]):
    """Makes members; used by allauth, the demo and `createsuperuser`."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Member":
        """A member with this address. Without a password she signs in by code."""
        member = self.model(email=self.normalize_email(email).lower(), **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Member":
        """The first administrator; a second factor is asked for at the first visit of the admin."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})


class Member(AbstractBaseUser, PermissionsMixin):
    """A person with an account. Names shown to others come from her Standing row."""

    class NamePart(models.TextChoices):
        """How the house addresses a person whose role shows on the chip."""

        NONE = "", _("Member of the community")
        BRAND = "brand", _("Works for the brand")
        MODERATOR = "moderator", _("Keeps the talk kind")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    # Empty only while a shop's account waits to be claimed, and once it was joined to another.
    email = models.EmailField(_("e-mail address"), unique=True, null=True, blank=True)
    # E.164. Proven by a code when `phone_verified_at` says so, else told at a till; one account a number.
    phone = models.CharField(_("mobile number"), max_length=16, unique=True, null=True, blank=True)
    phone_verified_at = models.DateTimeField(null=True, blank=True)
    # When a shop opened this account by number; until somebody claims it nobody signs in and nobody sees it.
    opened_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    name = models.CharField(_("name"), max_length=80)
    # Compared, never shown: no two members may look alike (case, accents and look-alike letters folded).
    name_fold = models.CharField(max_length=120, unique=True, editable=False)
    handle = models.SlugField(_("handle"), max_length=30, unique=True, null=True, blank=True)
    handle_fold = models.CharField(max_length=60, unique=True, null=True, editable=False)
    bio = models.CharField(_("about me"), max_length=500, blank=True)
    avatar = models.CharField(max_length=200, blank=True)
    language = models.CharField(
        _("language"), max_length=5, default="vi", choices=[("vi", "Tiếng Việt"), ("en", "English")]
    )
    zone = models.CharField(_("time zone"), max_length=50, default="Asia/Ho_Chi_Minh")
    born_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    role = models.CharField(max_length=20, blank=True, default="", choices=NamePart.choices)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    joined_at = models.DateTimeField(null=True, blank=True, help_text=_("when the address was first confirmed"))
    date_joined = models.DateTimeField(auto_now_add=True)
    # Written by moderation, read by everybody who lets a member write.
    muted_until = models.DateTimeField(null=True, blank=True)
    suspended_until = models.DateTimeField(null=True, blank=True)
    # 0 to 4: what she may do in the talk, earned by reading and being read. Shown to herself and moderators alone.
    trust_level = models.PositiveSmallIntegerField(default=0)
    trust_since = models.DateTimeField(null=True, blank=True)
    # Set by hand: the daily reckoning leaves it alone.
    trust_locked = models.BooleanField(default=False)
    # She asked to leave: others no longer meet her, and the calendar erases her unless she signs in before.
    left_at = models.DateTimeField(null=True, blank=True)
    # Raised whenever a right is lost or a session ends: sockets that were opened under an older number close.
    rights_version = models.PositiveIntegerField(default=0)
    # The newest terms she agreed to, as her consent rows say; here so that no page has to ask for them.
    terms_version = models.CharField(max_length=20, blank=True, default="", editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = MemberManager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")

    def __str__(self) -> str:
        return self.name

    # (is_staff, is_superuser, role) as the row had them, so that a change is heard (`promotions`).
    marks_when_read: tuple[bool, bool, str] | None = None

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **more: Any) -> Self:
        """Notes the marks of staff with which the row was read; a deferred one is not asked for."""
        member = super().from_db(db, field_names, values, **more)
        read = member.__dict__
        if "is_staff" in read and "is_superuser" in read and "role" in read:
            member.marks_when_read = (read["is_staff"], read["is_superuser"], read["role"])
        return member

    def clean(self) -> None:
        """Normalises what identifies her before it is compared or stored."""
        self.email = self.email.lower() if self.email else None
        self.name = clean_line(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the folded forms in step; the unique keys on them are the guard."""
        self.name = clean_line(self.name) or (self.email or self.public_id).split("@")[0]
        folded = skeleton(self.name)[:FOLD_LONGEST]
        if self.opened_at is not None and not self.email:
            # What a cashier typed keeps nobody from taking her own name.
            self.name_fold = f"{folded}~{self.public_id}"
        elif self.name_fold.split("~")[0] != folded or self.opened_at is not None:
            # Two names that were both here before look-alikes were folded: the later one keeps a mark behind "~".
            self.name_fold = folded
        marked = skeleton(self.handle) if self.handle else None
        if (self.handle_fold or "").split("~")[0] != (marked or ""):
            self.handle_fold = marked
        super().save(*args, **kwargs)

    @property
    def is_unclaimed(self) -> bool:
        """Whether a shop opened this account and nobody has made it hers so far."""
        return self.opened_at is not None and self.joined_at is None and self.is_active

    def get_full_name(self) -> str:
        """Django's and Wagtail's way to ask for the name."""
        return self.name

    def get_short_name(self) -> str:
        """Her given name, which stands last in a Vietnamese name."""
        return str(FORMER) if self.is_erased else called(self.name, self.language)

    @property
    def is_erased(self) -> bool:
        """Whether only the row is left of her."""
        return (self.email or "").endswith("@invalid")


class Standing(models.Model):
    """The name chip: what everybody sees beside a member's words. One row, so that a page of posts costs one join.

    Written by accounts (name, face), badges (tier, marks) and moderation; read by all. Gates ("Silver and above") read
    `tier_rank`, so community never has to ask badges.
    """

    member = models.OneToOneField(Member, on_delete=models.CASCADE, primary_key=True, related_name="standing")
    public_id = models.CharField(max_length=16)
    name = models.CharField(max_length=80)
    handle = models.CharField(max_length=30, blank=True)
    avatar_url = models.CharField(max_length=200, blank=True)
    role_mark = models.CharField(max_length=20, blank=True)
    tier_code = models.CharField(max_length=20, default="member")
    tier_rank = models.PositiveSmallIntegerField(default=0)
    # By language, as the programme calls it: {"vi": "Bạc", "en": "Silver"}. Empty: the first tier's own word.
    tier_names = models.JSONField(default=dict, blank=True)
    badges = models.JSONField(default=list, blank=True)
    # Codes of every badge that she holds, shown or not: gates read them ("holders of a badge write here"), pages never.
    held = models.JSONField(default=list, blank=True)
    reputation = models.IntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name

    @property
    def known_as(self) -> str:
        """Her name, or the word for a member who has left the house for good."""
        return self.name or str(FORMER)

    @property
    def url(self) -> str:
        """Her page in the active language; "" for who has left, and where this installation has no such page."""
        return page_of(self.name, self.handle or self.public_id)

    @property
    def chip(self) -> Chip:
        """All that is shown of it in the active language."""
        marks = tuple((mark["src"], mark["name"]) for mark in self.marks) if self.badges else ()
        return Chip(
            self.member_id, self.public_id, self.name, self.handle, self.avatar_url, self.role_mark, self.tier_code,
            self.tier_name, marks,
        )  # fmt: skip

    @property
    def marks(self) -> list[dict[str, str]]:
        """The badge marks beside her name, each with `src` and its `name` in the active language."""
        locale = get_language() or "vi"
        return [{"src": m["src"], "name": m.get(locale) or m.get("vi", "")} for m in self.badges if "src" in m]

    @property
    def tier_name(self) -> str:
        """The tier's name in the active language, Vietnamese where it has none; "" for who never moved."""
        return str(self.tier_names.get(get_language() or "vi") or self.tier_names.get("vi", ""))


class Profile(models.Model):
    """What a member tells about herself beyond name, face and words, and who may see which part.

    Day and month of birth stand apart from the year (`Member.born_year`), which she need not tell. `privacy` holds only
    what differs from `profiles.FIELDS`.
    """

    member = models.OneToOneField(Member, on_delete=models.CASCADE, primary_key=True, related_name="profile")
    city = models.CharField(_("town"), max_length=80, blank=True)
    birth_day = models.PositiveSmallIntegerField(null=True, blank=True)
    birth_month = models.PositiveSmallIntegerField(null=True, blank=True)
    birthday_changed_at = models.DateTimeField(null=True, blank=True)
    privacy = models.JSONField(default=dict, blank=True)
    findable = models.BooleanField(default=False, help_text=_("search engines may list her page"))
    # Who may begin to write to her alone, and whether others see that she sits in a room.
    direct_from = models.CharField(
        max_length=10,
        default="everybody",
        choices=[("everybody", _("Everybody")), ("talked", _("People I talked with")), ("nobody", _("Nobody"))],
    )
    shows_presence = models.BooleanField(default=True)
    # When she looked at language and time, and when everything was told for the first time.
    place_seen_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.member_id)


class Picture(models.Model):
    """A picture that a member brought: her face, or the cover of her page. All files are ours, encoded anew.

    `source` is what she sent, made smaller; `large` and `small` are cut from it around the focus (per cent from the
    left and the top). Names of files are hashes of what is in them.
    """

    class Kind(models.TextChoices):
        """Where it is shown."""

        FACE = "face", _("Face")
        COVER = "cover", _("Cover")

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="pictures")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    source = models.CharField(max_length=120)
    large = models.CharField(max_length=120)
    small = models.CharField(max_length=120)
    focus_x = models.PositiveSmallIntegerField(default=50)
    focus_y = models.PositiveSmallIntegerField(default=50)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "kind"], name="picture_once")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.member_id}"

    @property
    def files(self) -> list[str]:
        """Every file behind it."""
        return [self.source, self.large, self.small]


class FormerName(models.Model):
    """A name or handle that a member gave up. Moderators see them; an old handle leads on and stays hers for a year."""

    class Kind(models.TextChoices):
        """What it was."""

        NAME = "name", _("Name")
        HANDLE = "handle", _("Handle")

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="former_names")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    text = models.CharField(max_length=80)
    fold = models.CharField(max_length=120, db_index=True)
    at = models.DateTimeField(help_text=_("when it was given up"))
    kept_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["member", "kind", "-at"], name="former_name_newest")]

    def __str__(self) -> str:
        return self.text


class Consent(models.Model):
    """What a member agreed to, in which words, when and how. Rows are only added; the newest per purpose holds."""

    class Purpose(models.TextChoices):
        """Each purpose is agreed to by itself."""

        TERMS = "terms", _("Terms and community guidelines")
        AGE = "age", _("Being 16 or older")
        NEWS = "news", _("News by e-mail")

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    given = models.BooleanField()
    text_version = models.CharField(max_length=20)
    way = models.CharField(max_length=30, help_text=_("where it was said, such as join_form"))
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["member", "purpose", "-at"], name="consent_newest")]

    def __str__(self) -> str:
        return f"{self.purpose}: {self.given}"


class MemberWords(models.Model):
    """The words of a member's name and handle, for finding her (`portal.core.finding`); kept by `accounts.index`."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, primary_key=True, related_name="name_words")
    title_fold = models.TextField(blank=True, default="")
    title_exact = models.TextField(blank=True, default="")
    body_fold = models.TextField(blank=True, default="")
    body_exact = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"words of member {self.member_id}"
