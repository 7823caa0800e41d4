#!/usr/bin/env python3
"""Finds the polynomial coefficients of ElementaryFunctions.java and samples what float32 evaluation makes of them.

    python3 fit_polynomials.py        (needs mpmath and numpy)

Each function is approximated by a weighted minimax polynomial (Remez exchange in 60-digit arithmetic). The coefficients
are then rounded to float32 and the function is evaluated step by step in float32 on a sample. The errors that
docs/numerics.md quotes are those of the Java code itself, over every float32.
"""
import math

import mpmath as mp
import numpy as np

mp.mp.dps = 60
f32 = np.float32


def fma(a, b, c):
    """float32 fma: the product of two float32 is exact in float64, the sum is rounded twice (harmless for statistics)."""
    return (a.astype(np.float64) * np.float64(b) + np.float64(c)).astype(f32)


def remez(f, weight, lo, hi, degree, rounds=30):
    """Minimises max |weight(x) * (f(x) - p(x))| on [lo, hi]; returns coefficients, lowest first, and the error."""
    n = degree + 2
    lo, hi = mp.mpf(lo), mp.mpf(hi)
    nodes = [(lo + hi) / 2 - (hi - lo) / 2 * mp.cos(mp.pi * i / (n - 1)) for i in range(n)]
    grid = [(lo + hi) / 2 - (hi - lo) / 2 * mp.cos(mp.pi * i / 1500) for i in range(1501)]
    fg, wg = [f(x) for x in grid], [weight(x) for x in grid]
    error = None
    for _ in range(rounds):
        a = mp.matrix(n, n)
        b = mp.matrix(n, 1)
        for i, x in enumerate(nodes):
            for j in range(degree + 1):
                a[i, j] = x**j
            a[i, degree + 1] = (-1) ** i / weight(x)
            b[i] = f(x)
        solution = mp.lu_solve(a, b)
        c = [solution[j] for j in range(degree + 1)]
        e = [w * (y - mp.polyval(c[::-1], x)) for x, y, w in zip(grid, fg, wg)]
        extrema, start = [], 0
        for i in range(1, len(grid) + 1):  # the largest error of each run of one sign
            if i == len(grid) or mp.sign(e[i]) != mp.sign(e[start]):
                extrema.append(max(range(start, i), key=lambda k: abs(e[k])))
                start = i
        while len(extrema) > n:
            extrema.pop(0 if abs(e[extrema[0]]) < abs(e[extrema[-1]]) else -1)
        error = max(abs(e[i]) for i in extrema)
        if len(extrema) < n:
            break
        nodes = [grid[i] for i in extrema]
        if error / min(abs(e[i]) for i in extrema) < 1.001:
            break
    return c, error


def show(name, coefficients):
    print(f"// {name}, highest power first")
    for c in reversed(coefficients):
        print(f"    {float(f32(float(c)))!r}f,")


def horner(c, x):
    p = np.full_like(x, f32(float(c[-1])))
    for a in reversed(c[:-1]):
        p = fma(p, x, f32(float(a)))
    return p


def report(name, x, got, exact):
    exact = np.array([float(v) for v in exact])
    absolute = np.abs(got.astype(np.float64) - exact)
    ulp = absolute / np.spacing(np.maximum(np.abs(exact), 1e-37).astype(f32)).astype(np.float64)
    i = int(np.argmax(ulp))
    print(f"{name}: largest error {absolute.max():.3g} absolute, {ulp.max():.2f} ulp (at {x[i]!r})")


def fit_exp():
    """exp(r) on [-ln 2 / 2, ln 2 / 2] as 1 + r + r^2 q(r)."""
    q, error = remez(lambda r: (mp.exp(r) - 1 - r) / r**2 if abs(r) > 1e-12 else mp.mpf(1) / 2 + r / 6,
                     lambda r: r**2 / mp.exp(r) if abs(r) > 1e-6 else mp.mpf(10) ** -12,
                     -mp.log(2) / 2, mp.log(2) / 2, 4)
    print(f"exp: minimax relative error {mp.nstr(error, 3)}")
    show("exp: q(r)", q)
    x = np.random.default_rng(1).uniform(-87, 88, 200000).astype(f32)
    shifter = f32(12582912.0)
    t = fma(x, f32(1.4426950408889634), shifter)
    n = t - shifter
    hi = f32(0.693145751953125)
    lo = f32(float(mp.log(2) - mp.mpf(float(hi))))
    print(f"exp: ln2 high {hi!r}, low {lo!r}")
    r = fma(n, -hi, x)
    r = fma(n, -lo, r)
    p = horner(q, r)
    p = fma(fma(p, r, f32(1)), r, f32(1))
    y = (p.astype(np.float64) * 2.0 ** n.astype(np.float64)).astype(f32)
    report("exp", x, y, np.exp(x.astype(np.float64)))


def fit_normal():
    """Phi(x) - 1/2 = x q(u), u = 2 x^2 / T^2 - 1 on [0, T]: the normal distribution, for GELU."""
    T = mp.mpf("5.5")
    phi = lambda x: mp.erf(x / mp.sqrt(2)) / 2
    x_of = lambda u: T * mp.sqrt((u + 1) / 2)
    q = lambda u: phi(x_of(u)) / x_of(u) if u > -1 + mp.mpf(10) ** -30 else 1 / mp.sqrt(2 * mp.pi)
    for degree in (14, 15, 16, 17, 18):  # 16 is the one in use: above it, float32's own rounding is what remains
        c, error = remez(q, lambda u: max(x_of(u), mp.mpf(1) / 4), -1, 1, degree)
        print(f"normal: degree {degree}: minimax absolute error {mp.nstr(error, 3)}")
        x = np.linspace(0, 5.5, 400001).astype(f32)
        u = fma((x * x).astype(f32), f32(float(2 / T**2)), f32(-1))
        y = (x * horner(c, u)).astype(f32)
        exact = np.vectorize(math.erf)(x.astype(np.float64) / np.sqrt(2)) / 2
        print(f"   float32: absolute error of Phi {np.abs(y - exact).max():.3g}")
        g = fma(x, y, (f32(0.5) * x).astype(f32))
        print(f"   gelu absolute error positive {np.abs(g - x.astype(np.float64) * (0.5 + exact)).max():.3g} negative",
              f"{np.abs(fma(x, y, (f32(-0.5) * x).astype(f32)) - x.astype(np.float64) * (-0.5 + exact)).max():.3g}")
        if degree in (16, 17):
            show(f"normal, degree {degree}, scale {float(f32(float(2 / T**2)))!r}", c)


def fit_tanh():
    """tanh(x) = x + x^3 q(x^2) on [0, 0.625]."""
    f = lambda z: (mp.tanh(mp.sqrt(z)) / mp.sqrt(z) - 1) / z if z > mp.mpf(10) ** -20 else -mp.mpf(1) / 3 + 2 * z / 15
    c, error = remez(f, lambda z: z * mp.sqrt(z) / mp.tanh(mp.sqrt(z)) if z > mp.mpf(10) ** -20 else mp.mpf(10) ** -20,
                     mp.mpf(10) ** -8, mp.mpf("0.625") ** 2, 4)
    print(f"tanh: minimax relative error {mp.nstr(error, 3)}")
    show("tanh", c)
    x = np.linspace(1e-6, 0.625, 100001).astype(f32)
    z = (x * x).astype(f32)
    y = fma((z * x).astype(f32), horner(c, z), x)
    report("tanh below 0.625", x, y, np.tanh(x.astype(np.float64)))


if __name__ == "__main__":
    fit_exp()
    fit_normal()
    fit_tanh()
