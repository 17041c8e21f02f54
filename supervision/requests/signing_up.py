"""What follows a commune into its successor (registry/addresses/followers.py), and the sample; called by
SupervisionConfig.ready().

Alerts need not: they end with the commune, and the successor gets its own.
"""

from registry.addresses import followers
from supervision.models import Request, Target
from supervision.requests import sample
from supervision.targets.following import TargetFollower


def sign_up() -> None:
    sample.sign_up()
    followers.follow(Request, field="unit")
    followers.follow(Target, field="unit", kind=TargetFollower)
