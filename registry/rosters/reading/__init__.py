"""From bytes to rows of cells to fields: formats, encodings, headings, cells. Knows no database."""
