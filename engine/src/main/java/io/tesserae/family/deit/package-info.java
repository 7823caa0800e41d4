/** DeiT: see the family itself. */
package io.tesserae.family.deit;
