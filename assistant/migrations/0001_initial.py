import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

LANGUAGES = [
    ("en", "English"),
    ("es", "Spanish"),
    ("pt", "Portuguese"),
    ("ar", "Arabic"),
    ("hi", "Hindi"),
    ("id", "Indonesian"),
]

#: Each article is indexed in its own language; title and keywords weigh more than the answer.
SEARCH = """
    CREATE FUNCTION assistant_language(code text) RETURNS regconfig LANGUAGE sql IMMUTABLE AS $$
        SELECT CASE code
            WHEN 'en' THEN 'english'::regconfig WHEN 'es' THEN 'spanish'::regconfig
            WHEN 'pt' THEN 'portuguese'::regconfig WHEN 'ar' THEN 'arabic'::regconfig
            WHEN 'hi' THEN 'hindi'::regconfig WHEN 'id' THEN 'indonesian'::regconfig
            ELSE 'simple'::regconfig END
    $$;
    CREATE FUNCTION assistant_article_search() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.search :=
            setweight(to_tsvector(assistant_language(NEW.language), NEW.title), 'A') ||
            setweight(to_tsvector(assistant_language(NEW.language), NEW.keywords), 'A') ||
            setweight(to_tsvector(assistant_language(NEW.language), NEW.answer), 'C');
        RETURN NEW;
    END $$;
    CREATE TRIGGER assistant_article_search BEFORE INSERT OR UPDATE ON assistant_article
        FOR EACH ROW EXECUTE FUNCTION assistant_article_search();
"""
NO_SEARCH = """
    DROP TRIGGER assistant_article_search ON assistant_article;
    DROP FUNCTION assistant_article_search();
    DROP FUNCTION assistant_language(text);
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [("conversations", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Article",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=100)),
                ("language", models.CharField(choices=LANGUAGES, default="en", max_length=2)),
                ("title", models.CharField(max_length=200)),
                ("answer", models.TextField(help_text="What the customer is told, word for word", max_length=900)),
                (
                    "keywords",
                    models.TextField(blank=True, help_text="Other words customers use for this, separated by spaces"),
                ),
                ("url", models.URLField(blank=True, help_text="Where the customer can read more")),
                (
                    "topic",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="conversations.topic",
                    ),
                ),
                ("is_published", models.BooleanField(default=True)),
                ("search", django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
            ],
            options={
                "ordering": ["title"],
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["search"], name="article_search")],
                "constraints": [
                    models.UniqueConstraint(fields=("slug", "language"), name="article_slug_language")
                ],
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=32, unique=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="orders",
                        to="conversations.customer",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("paid", "being prepared"),
                            ("shipped", "on its way"),
                            ("delivered", "delivered"),
                            ("cancelled", "cancelled"),
                            ("returned", "returned"),
                        ],
                        max_length=16,
                    ),
                ),
                ("items", models.CharField(max_length=300)),
                ("placed_on", models.DateField()),
                ("expected_on", models.DateField(blank=True, null=True)),
                ("tracking_url", models.URLField(blank=True)),
            ],
            options={"ordering": ["-placed_on", "-id"]},
        ),
        migrations.RunSQL(SEARCH, NO_SEARCH),
    ]
