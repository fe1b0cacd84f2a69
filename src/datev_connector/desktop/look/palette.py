"""Palettes from themes, and a theme from the palette that a system with a contrast theme gives."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

from datev_connector.desktop.look.contrast import contrast, mixed, readable
from datev_connector.desktop.look.theme import HIGH_CONTRAST, LIGHT, Theme, ThemeName

_Role, _Group = QPalette.ColorRole, QPalette.ColorGroup


def palette_of(theme: Theme) -> QPalette:
    """The palette of a theme."""
    palette = QPalette()
    roles = {
        _Role.Window: theme.window,
        _Role.WindowText: theme.text,
        _Role.Base: theme.base,
        _Role.AlternateBase: theme.alternate,
        _Role.Text: theme.text,
        _Role.PlaceholderText: theme.subdued,
        _Role.Button: theme.base,
        _Role.ButtonText: theme.text,
        _Role.BrightText: theme.text,
        _Role.Light: theme.base,
        _Role.Midlight: theme.alternate,
        _Role.Mid: theme.border,
        _Role.Dark: theme.border,
        _Role.Highlight: theme.accent,
        _Role.HighlightedText: theme.on_accent,
        _Role.Accent: theme.accent,
        _Role.Link: theme.link,
        _Role.LinkVisited: theme.link,
        _Role.ToolTipBase: theme.base,
        _Role.ToolTipText: theme.text,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    idle = theme.subdued
    if idle == theme.text:  # in a theme of two colours what is off would look as if it was on
        idle = mixed(theme.text, theme.window, 0.4)
    for role in (_Role.WindowText, _Role.Text, _Role.ButtonText):
        palette.setColor(_Group.Disabled, role, QColor(idle))
    for role in (_Role.Base, _Role.Button):
        palette.setColor(_Group.Disabled, role, QColor(theme.window))
    return palette


def theme_of(palette: QPalette) -> Theme:
    """The theme of a system's palette: its colours are taken as they are.

    A system's palette has no colours for good and bad: those of ours that can be read on it are
    taken, else that of text; what is meant is in shapes and words as well.
    """

    def colour(role: QPalette.ColorRole) -> str:
        return palette.color(_Group.Active, role).name()

    window, base, text = colour(_Role.Window), colour(_Role.Base), colour(_Role.WindowText)
    accent, on_accent = colour(_Role.Highlight), colour(_Role.HighlightedText)
    grounds = (window, base)
    ours = LIGHT if contrast(window, "#ffffff") < contrast(window, "#000000") else HIGH_CONTRAST
    return Theme(
        name=ThemeName.HIGH_CONTRAST,
        window=window,
        base=base,
        alternate=base,
        text=text,
        subdued=text,
        border=text,
        accent=accent,
        on_accent=on_accent,
        link=readable(colour(_Role.Link), grounds, text),
        good=readable(ours.good, grounds, text),
        warning=readable(ours.warning, grounds, text),
        bad=readable(ours.bad, grounds, text),
        band=window,
        on_band=text,
        subdued_on_band=text,
    )
