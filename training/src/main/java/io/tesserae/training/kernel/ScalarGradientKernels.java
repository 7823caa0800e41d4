package io.tesserae.training.kernel;

/** To be written. */
abstract non-sealed class ScalarGradientKernels implements GradientKernels {}
