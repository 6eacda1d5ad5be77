import pytest
from lxml.html import document_fromstring

from newsclean.blocks import segment
from newsclean.features import Verdicts
from newsclean.metadata import Metadata
from newsclean.recovery import recover

TABLE = (
    "<table><thead><tr><th>Cargo</th><th>Tonnes</th></tr></thead><tbody>"
    "<tr><td>Timber</td><td>3,410</td></tr><tr><td>Grain</td><td>1,655</td></tr></tbody></table>"
)


@pytest.mark.parametrize(
    ("probabilities", "is_recovered"),
    [([0.9, 0.4, 0.9, 0.8], True), ([0.9, 0.1, 0.9, 0.8], False), ([0.9, 0.4, 0.9, 0.3], False)],
    ids=["most of the table is body", "hardly body", "most of the table is none"],
)
def test_the_head_of_a_table_that_is_body_belongs_to_it(
    probabilities: list[float], is_recovered: bool
) -> None:
    segmentation = segment(
        document_fromstring(f"<html><body><p>The trust closed its books.</p>{TABLE}</body></html>"), {}
    )
    assert [block.kind for block in segmentation.blocks] == ["p", "table", "table", "table"]
    found = recover(segmentation, probabilities, Verdicts(), Metadata(), ())
    assert (found[1] >= 0.5) is is_recovered
