"""The little statistics that benchmarks share."""
import math


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def mann_whitney(left, right):
    """Two-sided p that both samples come from one distribution (normal approximation with ties; for 20 values and more)."""
    pooled = sorted([(value, 0) for value in left] + [(value, 1) for value in right])
    rank_sum, ties, i = 0.0, 0.0, 0
    while i < len(pooled):
        j = i
        while j < len(pooled) and pooled[j][0] == pooled[i][0]:
            j += 1
        rank = (i + 1 + j) / 2
        rank_sum += rank * sum(1 for _, side in pooled[i:j] if side == 0)
        ties += (j - i) ** 3 - (j - i)
        i = j
    n, m = len(left), len(right)
    total = n + m
    u = rank_sum - n * (n + 1) / 2
    variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)))
    if variance <= 0:
        return 1.0
    z = max(abs(u - n * m / 2) - 0.5, 0) / math.sqrt(variance)
    return math.erfc(z / math.sqrt(2))
