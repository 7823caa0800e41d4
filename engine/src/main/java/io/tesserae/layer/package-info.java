/** The layers that models are made of: values that hold their weights, and compute into the memory they are given. */
package io.tesserae.layer;
