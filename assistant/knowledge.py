"""Finding the article that answers a question: Postgres full text, and an honest figure for how sure we are.

The words of the question that carry meaning (no stop words, stemmed) are compared with each article of the
language. With N published articles, of which df hold a word:

    weight(word)  = ln(1 + N / df) / ln(1 + N)     1 for a word of one article, less for a common word;
                    UNKNOWN for a word that no article holds
    hit(word)     = 1 in title or keywords, BODY in the answer alone, 0 otherwise
    score         = sum of weight x hit                         what the article has of the question
    missed        = sum of weight - score, times PAIRED where two words or more hit title or keywords
    coverage      = score / (score + missed)                    how much of the question the article is about
    lead          = 1 - runner-up's score / best score          how clearly it is this article
    fit           = coverage x (1 - DOUBT x (1 - lead))
    confidence    = ENOUGH x fit / FITS up to FITS, and from there in a straight line up to 1

The last step only renames the figure, and keeps every order: a fit of FITS, from which on the tests' questions get the
right article and strange ones none, is the confidence from which on a desk lets an assistant speak (0.7 unless its
rules say otherwise), so that one threshold serves every engine.

So a question of which the shop knows no word, or one word in two, stays low; two telling words together are
seldom chance, so the rest then counts for less; and two equal articles cost a little.
"""

from dataclasses import dataclass

from django.db import connection

from assistant.stop_words import STOP_WORDS
from assistant.words import words

#: What a word counts for that no article holds: as much as a telling one, so half a question known is not enough.
UNKNOWN = 1.05
#: What a match in the answer's text alone counts, beside one in title or keywords.
BODY = 0.4
#: What the words count for that an article lacks, once two others hit its title or keywords.
PAIRED = 0.5
#: How much of the confidence two equal articles cost.
DOUBT = 0.2
#: A fit from which on the article answers the question, and how sure that is called.
FITS = 0.5
ENOUGH = 0.7
#: Words of one question that are looked at.
MOST_WORDS = 40

_SEARCH = """
    WITH asked AS (
        SELECT lexeme FROM unnest(to_tsvector(assistant_language(%(language)s), assistant_plain(%(words)s)))
    ),
    shelf AS (
        SELECT count(*)::float AS size FROM assistant_article WHERE language = %(language)s AND is_published
    ),
    found AS (
        SELECT article.id, entry.lexeme, CASE WHEN 'A' = ANY (entry.weights) THEN 1.0 ELSE %(body)s END AS hit
        FROM assistant_article AS article, unnest(article.search) AS entry
        WHERE article.language = %(language)s AND article.is_published
            AND article.search @@ (SELECT string_agg(quote_literal(lexeme), ' | ')::tsquery FROM asked)
            AND entry.lexeme IN (SELECT lexeme FROM asked)
    ),
    weighed AS (
        SELECT lexeme, coalesce(ln(1 + size / held.df) / ln(1 + size), %(unknown)s) AS weight
        FROM asked CROSS JOIN shelf
        LEFT JOIN (SELECT lexeme, count(*) AS df FROM found GROUP BY lexeme) AS held USING (lexeme)
    ),
    scored AS (
        SELECT found.id, sum(weight * hit) AS score, count(*) FILTER (WHERE hit = 1) AS strong
        FROM found JOIN weighed USING (lexeme) GROUP BY found.id
    )
    SELECT article.slug, article.title, article.answer, article.url, coalesce(article.topic_id, ''), scored.score,
        (SELECT sum(weight) FROM weighed), scored.strong
    FROM scored JOIN assistant_article AS article USING (id)
    ORDER BY scored.score DESC, article.slug LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Match:
    """An article and how sure we are that it answers, 0 to 1."""

    slug: str
    title: str
    answer: str
    url: str
    topic: str
    confidence: float


def find(question: str, language: str, *, limit: int = 3) -> list[Match]:
    """The articles of that language which fit the question best, best first; at most `limit`. One query.

    Only the first can be above the rest of the shelf: the others' confidence is capped by their own coverage.
    """
    asked = telling_words(question, language)
    if not asked:
        return []
    values: dict[str, str | float] = {"language": language, "words": " ".join(asked), "limit": max(limit, 2)}
    values |= {"body": BODY, "unknown": UNKNOWN}
    with connection.cursor() as cursor:
        cursor.execute(_SEARCH, values)
        rows = cursor.fetchall()
    scores = [float(row[5]) for row in rows] + [0.0]
    return [
        Match(slug, title, answer, url, topic, _confidence(float(score), float(possible), strong, scores[1]))
        for slug, title, answer, url, topic, score, possible, strong in rows[:limit]
    ]


def telling_words(question: str, language: str) -> list[str]:
    """The words of a question that could carry its meaning, each once, in plain form."""
    stop = STOP_WORDS.get(language, frozenset())
    return [word for word in dict.fromkeys(words(question)) if word not in stop][:MOST_WORDS]


def _confidence(score: float, possible: float, strong: int, runner_up: float) -> float:
    lead = max(0.0, 1 - runner_up / score)
    missed = max(0.0, possible - score) * (PAIRED if strong >= 2 else 1)
    return _named(min(1.0, score / (score + missed) * (1 - DOUBT * (1 - lead))))


def _named(fit: float) -> float:
    below, above = ENOUGH * fit / FITS, ENOUGH + (1 - ENOUGH) * (fit - FITS) / (1 - FITS)
    return round(below if fit < FITS else above, 3)
