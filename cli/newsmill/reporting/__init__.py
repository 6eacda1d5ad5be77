"""The dataset as one page: `sections` asks, `charts` draws, `page` puts together."""
