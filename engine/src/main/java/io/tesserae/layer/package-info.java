/**
 * The layers that models are made of: values that hold their weights, and compute into the memory they are given.
 * Not API: any of it may change.
 */
package io.tesserae.layer;
