"""From rows to what a page shows: words, levels, order. Nothing here writes, nothing here decides."""
