"""Lists and files that leave the house: as spreadsheets, as text, as archives."""
