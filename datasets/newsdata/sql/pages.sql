-- Raw pages as fetched: the body is bytes, its content encoding undone.
SELECT * FROM storage.pages
