/**
 * The arithmetic: {@link io.tesserae.kernel.Kernels}, its scalar definition and its vector implementation with the same
 * bits, the layouts they read, and the threads they run on. Not API: any of it may change.
 *
 * <p>One package, since the definition and its fast versions share layouts that nobody else may see.
 */
package io.tesserae.kernel;
