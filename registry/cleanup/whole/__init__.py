"""Rules over a whole commune: one SQL statement tells for thousands of people at once which rules may find something.

SQL finds, the rule itself explains: a condition here never misses what a rule's check would find (it may name a few
more), and only for those people and rules are records read and checks asked. So there is one definition of a rule, and
a commune costs what is wrong with it, not what is in it. tests/registry/cleanup/test_whole.py holds both to each other.
"""
