"""Claim a list that was asked for, make it, store it."""


def make_and_store(export_id: int) -> bool:
    raise NotImplementedError


def due(limit: int) -> list[int]:
    raise NotImplementedError
