/** DistilBERT, a smaller BERT, and its heads: Sanh et al., arXiv 1910.01108. Not API. */
package io.tesserae.family.distilbert;
