"""Lists of people as files: in (staged, reviewed, written, taken back) and out."""
