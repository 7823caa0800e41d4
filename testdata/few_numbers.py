"""Weights of few different numbers, which compress well, whatever type they are stored in."""

import torch


def one_of_fifteen(values, fan):
    """Whole multiples of a power of two, from -7 to 7 of it: near the values of a matrix, whose rows are so long."""
    step = 2.0 ** round(torch.log2(torch.tensor(0.8 / fan**0.5)).item())
    return step * (values / step).round().clamp(-7, 7) + 0.0  # no negative zero


def narrow(values):
    """Near the values of a vector, the numbers of a type of 8 bits."""
    return values.to(torch.float8_e4m3fn).to(values.dtype)
