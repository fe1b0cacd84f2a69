"""What PBX and DATEV really answered, without whom and what it was about.

Facts about both that nobody has published are settled by it. Nothing personal is masked here: it
is never written down. Of a value only its form is kept (`forms`), and what is written is looked
through once more for all that is known to be somebody's.
"""
