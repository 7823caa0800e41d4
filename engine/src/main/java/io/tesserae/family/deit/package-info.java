/** DeiT, a ViT that learned from a teacher, and its two heads: Touvron et al., arXiv 2012.12877. Not API. */
package io.tesserae.family.deit;
