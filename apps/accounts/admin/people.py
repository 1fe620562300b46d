"""People: the operator's staff and merchants' users, each with a role."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from apps.accounts.admin_base import ScopedModelAdmin
from apps.accounts.choices import Role
from apps.accounts.faces import EMPTY, badge, enum_badge
from apps.accounts.models import User


class RoleChoiceField(forms.ModelMultipleChoiceField):
    """Groups by the name of the role they stand for."""

    def label_from_instance(self, obj: Group) -> str:
        """Return the role's name in the viewer's language."""
        role = Role.parse(obj.name)
        return str(role.label) if role else obj.name


class AccessRules(forms.ModelForm):
    """What a person's merchant and roles must have to do with each other."""

    def clean(self) -> dict[str, Any]:
        """A merchant's user has the merchant's role and no other; staff never have it."""
        data = super().clean() or self.cleaned_data
        roles = {group.name for group in data.get("groups") or ()}
        if data.get("merchant") and roles != {Role.MERCHANT.value}:
            self.add_error("groups", _("A merchant's user has the role “Merchant” and no other."))
        if not data.get("merchant") and Role.MERCHANT.value in roles:
            self.add_error("merchant", _("Choose the merchant this person belongs to."))
        return data


class PersonForm(AccessRules, UserChangeForm):
    """Changes a person."""


class NewPersonForm(AccessRules, UserCreationForm):
    """Adds a person with a first password."""


@admin.register(User)
class UserAdmin(ScopedModelAdmin, DjangoUserAdmin):  # type: ignore[misc]
    """People who log in. Superusers are changed by superusers only."""

    merchant_path = None
    can_add = True
    form = PersonForm
    add_form = NewPersonForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "full_name", "role_badges", "merchant_name", "state", "last_login")
    list_filter = ("is_active", "groups")
    list_select_related = ("merchant",)
    search_exact = ("username", "email")
    search_prefix = ("username",)
    search_help_text = _("User name or e-mail address")
    ordering = ("username",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": (("username", "is_active"), "password")}),
        (_("Person"), {"fields": (("last_name", "first_name"), ("email", "time_zone"))}),
        (_("Access"), {"fields": ("groups", "merchant")}),
        (_("Times"), {"fields": (("last_login", "date_joined"),)}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", ("password1", "password2"))}),
        (_("Access"), {"fields": ("groups", "merchant")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """People with their roles."""
        rows: QuerySet[User] = super().get_queryset(request)
        return rows.prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show nothing of a password to whoever may only read."""
        if obj is None or self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        return ((None, {"fields": (("username", "is_active"),)}), *self.fieldsets[1:])

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A manager does not take over a superuser's account."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return bool(super().has_change_permission(request, obj))

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """Set somebody's password; as strict as changing the person."""
        person = self.get_visible_or_404(request, id)
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        return super().user_change_password(request, id, form_url)

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelMultipleChoiceField[Any] | None:
        """Offer the roles as boxes to tick."""
        if db_field.name != "groups":
            return super().formfield_for_manytomany(db_field, request, **kwargs)
        return RoleChoiceField(
            queryset=Group.objects.filter(name__in=Role.values()).order_by("pk"),
            widget=forms.CheckboxSelectMultiple(attrs={"class": "lm-checks"}),
            label=_("roles"),
            required=False,
        )

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Whoever has an account may log in here; what they see is their roles' business."""
        obj.is_staff = True
        super().save_model(request, obj, form, change)

    @display(description=_("full name"))
    def full_name(self, row: User) -> str:
        """Family name first, as in Chinese."""
        return f"{row.last_name}{row.first_name}" or EMPTY

    @display(description=_("roles"))
    def role_badges(self, row: User) -> SafeString:
        """The roles, or that this is a superuser."""
        badges = [enum_badge(group.name, Role) for group in row.groups.all()]
        if row.is_superuser:
            badges.insert(0, badge(_("Superuser"), "danger"))
        return mark_safe(" ".join(badges) or EMPTY)  # noqa: S308 - joined from escaped badges

    @display(description=_("merchant"))
    def merchant_name(self, row: User) -> str:
        """The merchant, if it is a merchant's user."""
        return row.merchant.name if row.merchant else EMPTY

    @display(description=_("state"))
    def state(self, row: User) -> SafeString:
        """Whether the person can log in."""
        return badge(_("Active"), "success") if row.is_active else badge(_("Inactive"))
