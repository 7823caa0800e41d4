/**
 * How good the features and the attention of a vision model are that was never told what is in a picture, as DINO
 * measures it: whether the nearest neighbours of a picture show the same thing, and whether a head of the last layer
 * looks at the thing and nothing else.
 */
package io.tesserae.scenes.evaluation;
