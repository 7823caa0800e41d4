/**
 * The arithmetic: {@link io.tesserae.kernel.Kernels}, its scalar definition and its vector implementation with the same
 * bits, the layouts they read, and the threads they run on. Not API: any of it may change.
 */
package io.tesserae.kernel;
