"""Why a template cannot be used as asked."""


class TemplateRefused(ValueError):
    """`code` is for programs, `words` say to a person what is wrong and how it is mended.

    Codes: template_missing, template_not_approved, template_locale_missing (none may be chosen);
    template_unsupported (Baton cannot fill it), template_params (what was filled in will not do).
    """

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words
