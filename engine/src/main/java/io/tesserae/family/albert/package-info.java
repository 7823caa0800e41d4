/** ALBERT, a BERT whose layers share their weights, and its heads: Lan et al., arXiv 1909.11942. Not API. */
package io.tesserae.family.albert;
