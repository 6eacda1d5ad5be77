-- The newest version of each article. Of two versions of one fetch (a page cleaned again) the one written later counts:
-- files are named by time, and rows of one file stand in the order of writing.
-- The rank needs four narrow columns only, so the texts stream past it instead of through a sort.
WITH newest AS (
    SELECT filename, file_row_number
    FROM {articles}
    QUALIFY row_number() OVER (PARTITION BY id ORDER BY fetched_at DESC, filename DESC, file_row_number DESC) = 1
)
SELECT {columns} FROM {articles} SEMI JOIN newest USING (filename, file_row_number);
