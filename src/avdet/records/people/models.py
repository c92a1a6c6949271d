"""Who signs in, what they are to each store, and what a customer has registered there."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q

from avdet.records.shared.sealed import SealedJson, SealedText
from avdet.records.stores.models import LANGUAGES, Store


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail, by phone, or by both."""

    def create_user(self, email: str | None = None, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in, anywhere in this installation. `phone` is E.164, sealed, and found by its fingerprint."""

    email = models.EmailField(unique=True, null=True, blank=True)
    phone = SealedText(blank=True, default="")
    phone_print = models.CharField(max_length=32, unique=True, null=True, blank=True)
    phone_verified = models.BooleanField(default=False)
    name = SealedText(blank=True, default="")
    language = models.CharField(max_length=2, choices=LANGUAGES, default="en")
    is_support = models.BooleanField(default=False, help_text="platform support: sees every store")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    joined_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return str(self.name or self.email or self.phone or f"user {self.pk}")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """An address or a phone that there is none of is null: the second person without one is no duplicate."""
        self.email, self.phone_print = self.email or None, self.phone_print or None
        super().save(*args, **kwargs)


class Role(models.TextChoices):
    """What a member of staff is to a store."""

    DESK = "desk"
    EXPERT = "expert"
    ACCOUNTANT = "accountant"
    OWNER = "owner"


class Membership(models.Model):
    """One person's role in one store."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "user"], name="one_role_a_store")]


class Customer(models.Model):
    """A buyer as one store knows them; `user` once they have an account. Personal data is sealed; prints find it again.

    Every order of a record that nobody has claimed names the record's own reference, phone and e-mail address: whoever shows
    that one of them is theirs may see all of them.
    """

    class News(models.TextChoices):
        """By which ways somebody hears of their orders."""

        BOTH = "both"
        EMAIL = "email"
        SMS = "sms"

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="customers")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="customers")
    external_ref = models.CharField(max_length=80, blank=True, default="")
    name = SealedText(blank=True, default="")
    email = SealedText(blank=True, default="")
    email_print = models.CharField(max_length=32, blank=True, default="")
    phone = SealedText(blank=True, default="")
    phone_print = models.CharField(max_length=32, blank=True, default="")
    language = models.CharField(max_length=2, choices=LANGUAGES)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    order_news = models.CharField(max_length=5, choices=News.choices, default=News.BOTH)
    erase_asked_at = models.DateTimeField(null=True, blank=True, help_text="to be forgotten once no order is under way")
    erased_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "user"], condition=Q(user__isnull=False), name="one_customer_a_user"),
            models.UniqueConstraint(
                fields=["store", "external_ref", "phone_print", "email_print"],
                condition=~Q(external_ref="") & Q(user__isnull=True),
                name="customer_ref_once",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "phone_print", "email_print", "external_ref"], name="customer_by_contact"),
            models.Index(fields=["phone_print"], condition=~Q(phone_print=""), name="customers_with_phone"),
            models.Index(fields=["email_print"], condition=~Q(email_print=""), name="customers_with_email"),
            models.Index(fields=["erase_asked_at"], condition=Q(erase_asked_at__isnull=False), name="customers_to_forget"),
        ]


class Address(models.Model):
    """An entry of a customer's address book: recipient, phone, country, province, district, street, postcode."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="addresses")
    label = models.CharField(max_length=40, blank=True, default="")
    details = SealedJson(default=dict)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True, help_text="kept for a while, so that it can be taken back")


class BankAccount(models.Model):
    """A card or an IBAN that refunds may be paid to, and what its holder's consent said, word for word, when it was given."""

    class Kind(models.TextChoices):
        CARD = "card"
        IBAN = "iban"

    class Holder(models.TextChoices):
        SELF = "self"
        FATHER = "father"
        MOTHER = "mother"
        OTHER = "other"

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="bank_accounts")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    number = SealedText()
    number_print = models.CharField(max_length=32, db_index=True)
    last_digits = models.CharField(max_length=4)
    holder_name = SealedText()
    holder = models.CharField(max_length=8, choices=Holder.choices)
    bank = models.CharField(max_length=80, blank=True, default="")
    consent_text = models.TextField(blank=True, default="")
    consent_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "number_print"], condition=Q(removed_at__isnull=True), name="account_once"
            )
        ]


class DataExport(models.Model):
    """All that a store knows of a customer, put together for them to take away once. Content is sealed, and gone afterwards."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="exports")
    step = models.PositiveSmallIntegerField(default=0)
    content = models.BinaryField(default=bytes)
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["customer", "-id"], name="exports_of_customer")]


class Mark(models.Model):
    """What every process of the installation has to know at once, for a while: a code that was used, attempts that count."""

    key = models.CharField(max_length=250, primary_key=True)
    value = models.TextField()
    expires_at = models.FloatField(db_index=True, help_text="seconds since 1970")
