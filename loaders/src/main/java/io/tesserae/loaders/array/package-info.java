/** Arrays as NumPy reads them. API. */
package io.tesserae.loaders.array;
