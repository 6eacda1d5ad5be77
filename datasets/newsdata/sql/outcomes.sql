-- What became of each URL that was tried.
SELECT * FROM storage.outcomes
