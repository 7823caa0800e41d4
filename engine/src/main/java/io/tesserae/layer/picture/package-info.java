/** Layers from pictures to pictures, {@code [pictures, channels, height, width]}: many at once, each as if it were alone. Not API. */
package io.tesserae.layer.picture;
