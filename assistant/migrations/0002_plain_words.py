from django.db import migrations

#: Accents and vowel signs do not count: most customers write "devolucion" and "أين" without them.
PLAIN = r"""
    CREATE FUNCTION assistant_plain(words text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
        SELECT translate(
            regexp_replace(
                normalize(lower(words), NFKD),
                '[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0640\u093c]', '', 'g'
            ),
            'ىیةکٱँ', 'ييهكاं'
        )
    $$;
    CREATE OR REPLACE FUNCTION assistant_article_search() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE config regconfig := assistant_language(NEW.language);
    BEGIN
        NEW.search :=
            setweight(to_tsvector(config, assistant_plain(NEW.title)), 'A') ||
            setweight(to_tsvector(config, assistant_plain(NEW.keywords)), 'A') ||
            setweight(to_tsvector(config, assistant_plain(NEW.answer)), 'C');
        RETURN NEW;
    END $$;
    UPDATE assistant_article SET title = title;
"""
AS_WRITTEN = r"""
    CREATE OR REPLACE FUNCTION assistant_article_search() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.search :=
            setweight(to_tsvector(assistant_language(NEW.language), NEW.title), 'A') ||
            setweight(to_tsvector(assistant_language(NEW.language), NEW.keywords), 'A') ||
            setweight(to_tsvector(assistant_language(NEW.language), NEW.answer), 'C');
        RETURN NEW;
    END $$;
    DROP FUNCTION assistant_plain(text);
    UPDATE assistant_article SET title = title;
"""


class Migration(migrations.Migration):
    dependencies = [("assistant", "0001_initial")]

    operations = [migrations.RunSQL(PLAIN, AS_WRITTEN)]
