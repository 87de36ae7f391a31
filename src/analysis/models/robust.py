"""Covariances for units that nest in clusters, and what is left to judge them by where clusters are few."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# As clubSandwich: a smaller eigenvalue is rounding.
_DUST = 1e-12


@dataclass(frozen=True)
class Satterthwaite:
    """What the degrees of freedom of a cluster-robust variance follow from, of any combination of the terms.

    Parameters
    ----------
    own
        Clusters × terms × terms: the covariance that a cluster's adjusted scores would have were the units
        independent and the model right.
    shared
        Clusters × terms × terms: what fitting takes away from it, as a square root.
    """

    own: NDArray[np.float64]
    shared: NDArray[np.float64]

    def df(self, contrast: NDArray[np.float64]) -> float:
        """Return the degrees of freedom of the variance of a combination of terms; nan if it has none.

        Parameters
        ----------
        contrast
            Weight of each term.

        References
        ----------
        Pustejovsky, J. E. & Tipton, E. (2018). Small-sample methods for cluster-robust variance estimation and
        hypothesis testing in fixed effects models. *Journal of Business & Economic Statistics* 36, 672–683, eq. 13.
        """
        own = np.einsum("i,gij,j->g", contrast, self.own, contrast)
        shared = np.einsum("i,gij->gj", contrast, self.shared)
        moments = np.diag(own) - shared @ shared.T
        size = float((moments**2).sum())
        return float(np.trace(moments) ** 2 / size) if size > 0 else np.nan


def cr2(
    design: pd.DataFrame, residual: NDArray[np.float64], variance: NDArray[np.float64], clusters: pd.Series
) -> tuple[pd.DataFrame, Satterthwaite]:
    """Return the bias-reduced cluster-robust covariance (CR2) of a generalised linear model with canonical link.

    Each cluster's residuals are enlarged by as much as fitting shrinks them were the working model right: units
    independent, with the variance that the model gives them (Bell & McCaffrey 2002, as extended by Pustejovsky &
    Tipton 2018, eq. 11). In R: `clubSandwich::vcovCR(glm(...), cluster, type = "CR2")`.

    Parameters
    ----------
    design
        Units × terms.
    residual
        Of each unit: outcome less its expectation.
    variance
        Of each unit: variance of the outcome under the model (logistic: p(1 − p)).
    clusters
        Of each unit: whose it is. At least two.

    Returns
    -------
    covariance, degrees of freedom
        Terms × terms; and what gives the degrees of freedom of each combination of terms.

    References
    ----------
    Bell, R. M. & McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression with multi-stage
    samples. *Survey Methodology* 28, 169–181.
    """
    x = design.to_numpy(float)
    bread = np.linalg.inv(x.T @ (variance[:, None] * x))
    root = np.linalg.cholesky(bread)
    scores, own, shared = [], [], []
    for units in pd.Series(range(len(x))).groupby(clusters.to_numpy()).indices.values():
        part, v = x[units], variance[units]
        # D(I − H)ΦD' of the paper with D = √Φ, Φ the variances, and its H for the derivatives Φx of the means.
        left = np.diag(v**2) - (part * v[:, None] ** 1.5) @ bread @ (part * v[:, None] ** 1.5).T
        adjusted = bread @ part.T @ (np.sqrt(np.outer(v, v)) * _inverse_root(left))
        scores.append(adjusted @ residual[units])
        own.append((adjusted * v) @ adjusted.T)
        shared.append((adjusted * v) @ part @ root)
    found = np.stack(scores)
    covariance = pd.DataFrame(found.T @ found, design.columns, design.columns)
    return covariance, Satterthwaite(np.stack(own), np.stack(shared))


def cluster_covariance(influence: NDArray[np.float64], clusters: pd.Series) -> NDArray[np.float64]:
    """Return the cluster-robust covariance (CR1) of the estimates of any model that is fitted by its scores.

    Clusters / (clusters − 1) · Σ i iᵀ, i the sum of a cluster's influences. In R: `sandwich::vcovCL(model, cluster,
    type = "HC0")`. It is too small where clusters are few; judge it by t with clusters − 1 degrees of freedom.

    Parameters
    ----------
    influence
        Units × parameters: by how much each unit moves the estimates, to first order. Its score (derivative of its log
        likelihood at the estimates) times the inverse of the negative second derivative of the whole.
    clusters
        Of each unit: whose it is. At least two.

    Returns
    -------
    ndarray
        Parameters × parameters.

    References
    ----------
    Zeileis, A., Köll, S. & Graham, N. (2020). Various versatile variances: an object-oriented implementation of
    clustered covariances in R. *Journal of Statistical Software* 95(1), eq. 14.
    """
    whose, names = pd.factorize(clusters)
    summed = np.zeros((len(names), influence.shape[1]))
    np.add.at(summed, whose, influence)
    return np.asarray(summed.T @ summed * len(names) / (len(names) - 1))


def _inverse_root(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    values, vectors = np.linalg.eigh(matrix)
    kept = values > _DUST
    root: NDArray[np.float64] = (vectors[:, kept] / np.sqrt(values[kept])) @ vectors[:, kept].T
    return root
