"""What would be paid: the local estimate from a dated benefit table. The platform's answer always overrides it."""

from firmware.policy.estimate import Estimator, estimate

__all__ = ["Estimator", "estimate"]
