/** ViT, the vision transformer, and its head: Dosovitskiy et al., arXiv 2010.11929. Not API. */
package io.tesserae.family.vit;
