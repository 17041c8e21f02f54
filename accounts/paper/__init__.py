"""What every printed paper needs: PDF from our own HTML, QR codes, places and days in official words."""
