/** Pictures that are made by a formula, here and in the reference's language. */
package io.tesserae.generated;
