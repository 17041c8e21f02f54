"""The desk "Điểm sạch": how much of what had to be cleaned is clean, of a person, a household, a hamlet, an officer and
a commune; day by day; and what another threshold would do."""
