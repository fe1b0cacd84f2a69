"""How windows look: colours by theme, symbols, distances, type sizes, and what all windows share.

What windows take from here:

- `look.look`: `Look` (theme, `icon`, `pixmap`, `font`, `changed`), `MARGIN`, `GAP`, `SECTION_GAP`
- `look.symbols`: `Symbol`
- `look.band`: `Band(look)` - the coloured head of a window: `set_title`, `set_subtitle`,
  `set_badge`, `set_symbol`; `Badge(text)` - a short word in a rounded line
- `look.message`: `MessageLine(look)` - shape and words: `tell(Tone.BAD, words)`, `clear()`;
  `colour_of(tone, theme)`
- `look.words`: `ElidedLabel(text)` - one line that ends in dots, tooltip has the rest;
  `SectionTitle(text, look)`
- `look.buttons`: `make_primary(button, look)` - what one does next

Heights of controls, frames, focus rings and checked boxes are the style's business (`look.style`):
no window sets a style sheet.
"""
