"""Every text for people has its Chinese."""

from __future__ import annotations

from apps.core.management.commands import translations


def test_a_text_without_chinese_is_found(tmp_path):
    room = tmp_path / "room"
    (room / "locale/zh_Hans/LC_MESSAGES").mkdir(parents=True)
    (room / "face.py").write_text('_("Hello"); ngettext("one", "many", 2); _("Known")')
    (room / "templates").mkdir()
    (room / "templates/a.html").write_text('{% load i18n %}{% translate "From a page" %}')
    translations.catalogue_of(room).write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8"\n\n'
        'msgid "Known"\nmsgstr "已知"\n\nmsgid "Hello"\nmsgstr ""\n'
    )
    missing = translations.texts_of(room) - translations.translated(translations.catalogue_of(room))
    assert missing == {"Hello", ("one", "many"), "From a page"}


def test_a_text_under_another_name_of_gettext_is_found(tmp_path):
    (tmp_path / "face.py").write_text(
        "from django.utils.translation import gettext as _now, ngettext as many\n"
        "from elsewhere import gettext as other\n"
        '_now("Said at once"); many("one", "more", 2); other("Not ours")\n'
    )
    (tmp_path / "reasons.py").write_text('gettext_noop("A reason"); _now("Not its name")')
    assert translations.texts_of(tmp_path) == {"Said at once", ("one", "more"), "A reason"}


def test_no_text_of_the_portal_lacks_its_chinese():
    assert translations.missing_translations() == []
