"""How much each dimension's evidence counts: a conditional logit (McFadden 1974) over users."""

# scipy ships no complete types
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

from __future__ import annotations

import numpy as np

from persona_extract.fidelity.ranking import Floats

EQUAL = 0.3
"""Weight that all dimensions are held to. Below 1, because they repeat each other."""

HOLD = 10.0
"""How strongly: penalty on a squared deviation, in units of one conversation's log-likelihood."""

_STEPS = 40


def weigh(ahead: Floats) -> Floats:
    """Non-negative weights with which the own user comes before the rivals most surely.

    The ridge draws towards equal weights: a dimension that helps little on few users keeps some.

    Args:
        ahead: evidence for the own user less that for a rival, shape (conversations, rivals,
            dimensions).

    Returns:
        Shape (dimensions,).
    """
    from scipy.optimize import minimize

    n, rivals, width = ahead.shape
    rows = ahead.reshape(n * rivals, width)

    def loss(weight: Floats) -> tuple[float, Floats]:
        behind = -(rows @ weight).reshape(n, rivals)
        top = np.maximum(behind.max(axis=1), 0)
        odds = np.exp(behind - top[:, None])
        total = np.exp(-top) + odds.sum(axis=1)
        slope = -(rows.T @ (odds / total[:, None]).ravel())
        off = weight - EQUAL
        value = (np.log(total) + top).sum() + HOLD * (off**2).sum()
        return float(value), slope + 2 * HOLD * off

    start = np.full(width, EQUAL)
    if width == 0 or n == 0:
        return start
    found = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(0, None)] * width,
        options={"maxiter": _STEPS},
    )
    return np.asarray(found.x, dtype=np.float64)
