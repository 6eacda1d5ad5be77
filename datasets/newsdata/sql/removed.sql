-- Every block in reach of an article's body that is not in its text, with the rule that removed it. Positions count from 1.
SELECT id, url, site, position, block.kind AS kind, block.rule AS rule, block.text AS text
FROM (SELECT id, url, site, unnest(removed) AS block, generate_subscripts(removed, 1) AS position FROM articles);
