/**
 * Random changes of the pictures that a model learns from, as DeiT and DINO were trained with them: crops, flips,
 * colours, blur.
 *
 * <p>What is drawn for a crop of a picture is a function of the seed, the epoch, the example and the crop, and of
 * nothing else ({@link io.tesserae.training.augmentation.RandomNumbers}). What is then done with the pixels is what
 * Pillow and torchvision do with 8-bit RGB, byte for byte.
 */
package io.tesserae.training.augmentation;
