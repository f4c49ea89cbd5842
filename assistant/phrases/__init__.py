"""How people ask for a person, one module per language: the data behind `person_request`.

Patterns are regular expressions over plain words with one space between them (see `words`), so they need no
case, accents or punctuation. `<name>` stands for a slot; `<gap>` brings its own spaces, so none follows it. What
`set_aside` matches is taken out before `asks` is tried. A new language is a new module and a line here.
"""

from assistant.phrases import arabic, english, french, german, hindi, hinglish, indonesian, portuguese, spanish

ALL = tuple(
    module.PHRASES for module in (english, spanish, portuguese, arabic, hindi, hinglish, indonesian, french, german)
)
