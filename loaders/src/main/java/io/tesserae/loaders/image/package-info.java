/** Pictures, decoded: from a file to its colours, as the reference reads it. API. */
package io.tesserae.loaders.image;
