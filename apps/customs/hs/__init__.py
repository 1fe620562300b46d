"""HS codes suggested offline, from text and from what people confirmed before.

Pure modules: `text` and `query` (words and their weight), `nomenclature` and `sources` (shipped
data), `index`, `base` (the fixed scores), `aliases` (colloquial words), `learned` (confirmed
texts), `ranking` (`build_suggester`, `Suggester.suggest`), `listings` (files). `live` keeps one
suggester per process, fed from the portal's rows. docs/hs-suggestion.md has the figures.
"""
