-- What is known of each site, in its newest version: which line, template or place stands on how many of how many articles
-- (near-duplicates count once), since when, and whether it is furniture and why. A removal by it is found through
-- removed.rule = profiles.rule, and removed.text = profiles.text for lines; the article's evidence names rule and key.
SELECT {columns}
FROM {profiles}
QUALIFY dense_rank() OVER (PARTITION BY site ORDER BY version DESC, filename DESC) = 1
ORDER BY site, furniture DESC, articles DESC, form, key;
