/** ViT: see the family itself. */
package io.tesserae.family.vit;
