/** Pipelines of pictures: classification, features. */
package io.tesserae.pipelines.image;
